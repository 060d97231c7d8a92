import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lockFolder } from './lock.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'sluice-lock-'))))
afterEach(() => rmSync(folder, { recursive: true }))

it('refuses a second host on one folder, naming the process that has it', () => {
  lockFolder(folder)

  expect(() => lockFolder(folder)).toThrow(`data folder ${folder}: another host (process ${process.pid}) owns it`)
})

it('gives the folder free again, and leaves nothing behind', () => {
  lockFolder(folder).release()

  expect(readdirSync(folder)).toEqual([])
  lockFolder(folder).release()
})

it('takes over from a host that was killed', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0'])
  writeFileSync(join(folder, 'host.lock'), JSON.stringify({ pid, started: 'then' }))

  const lock = lockFolder(folder)

  expect(readdirSync(folder)).toEqual(['host.lock'])
  lock.release()
})

it('is not fooled by another process that got the pid of a killed host', () => {
  writeFileSync(join(folder, 'host.lock'), JSON.stringify({ pid: process.ppid, started: 'another boot:1' }))

  expect(() => lockFolder(folder)).not.toThrow()
})

it('releases only its own lock', () => {
  const lock = lockFolder(folder)
  writeFileSync(join(folder, 'host.lock'), JSON.stringify({ pid: process.ppid, started: 'somebody else' }))

  lock.release()

  expect(readdirSync(folder)).toEqual(['host.lock'])
})
