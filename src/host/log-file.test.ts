import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openLogFile } from './log-file.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'sluice-log-'))))
afterEach(() => rmSync(folder, { recursive: true }))

it('appends to what an earlier host wrote, readable by its owner alone', () => {
  const path = join(folder, 'host.log')
  writeFileSync(path, 'before\n', { mode: 0o600 })

  const log = openLogFile(path)
  log.write('after\n')
  log.close()

  expect(readFileSync(path, 'utf8')).toBe('before\nafter\n')
  expect(statSync(path).mode & 0o077).toBe(0)
})

it('puts a full file aside, keeps a few of them, and loses no line of those', () => {
  const path = join(folder, 'host.log')
  const log = openLogFile(path, { maxBytes: 10, kept: 2 })

  for (let i = 1; i <= 9; i++) log.write(`line ${i}\n`)
  log.close()

  expect(readdirSync(folder).sort()).toEqual(['host.log', 'host.log.1', 'host.log.2'])
  expect(readFileSync(`${path}.2`, 'utf8')).toBe('line 5\nline 6\n')
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('line 7\nline 8\n')
  expect(readFileSync(path, 'utf8')).toBe('line 9\n')
})
