import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lockFolder } from './lock.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-lock-'))
  path = join(folder, 'lock')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The number of a process that has ended. */
const gone = (): number => spawnSync(process.execPath, ['-e', '0']).pid
const write = (holder: object): void =>
  writeFileSync(path, JSON.stringify({ id: 'other', pid: process.pid, host: hostname(), started: '', ...holder }))

it('refuses a second holder, and names the first', () => {
  lockFolder(path)
  expect(() => lockFolder(path)).toThrow(`Data folder ${folder}: process ${process.pid} on ${hostname()} has it open.`)
})

it('is free again once it is released, and leaves nothing behind', () => {
  lockFolder(path)()
  lockFolder(path)()
  expect(readdirSync(folder)).toEqual([])
})

it('takes over from a process that is gone', () => {
  write({ pid: gone() })
  const unlock = lockFolder(path)
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid })
  unlock()
  expect(readdirSync(folder)).toEqual([])
})

it.runIf(existsSync('/proc/self/stat'))('takes over when its number now belongs to another process', () => {
  write({ started: 'another boot 1' })
  lockFolder(path)()
})

it.runIf(existsSync('/proc/self/stat'))('takes over from a killed process that its parent has not taken notice of', async () => {
  // The child ends when its parent has become a program that never asks for its end: a shell might.
  const child = `sh -c 'until grep -qx sleep /proc/$PPID/comm; do :; done'`
  const parent = spawn('sh', ['-c', `${child} & echo $!; exec sleep 60`], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const pid = await new Promise<number>(resolve => parent.stdout.once('data', said => resolve(Number(said))))
    while (!/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) await new Promise(resolve => setImmediate(resolve))
    write({ pid, started: startOf(pid) })
    lockFolder(path)()
  } finally {
    parent.kill('SIGKILL')
  }
})

it('never takes over from another machine', () => {
  write({ pid: gone(), host: 'elsewhere' })
  expect(() => lockFolder(path)).toThrow('on elsewhere has it open')
})

it('waits for nobody who died while taking over', () => {
  write({ pid: gone() })
  writeFileSync(`${path}.other`, JSON.stringify({ id: 'third', pid: gone(), host: hostname(), started: '' }))
  lockFolder(path)()
})

it('lets one who takes over do it alone', () => {
  write({ pid: gone() })
  writeFileSync(
    `${path}.other`,
    readFileSync(path, 'utf8')
      .replace(/"pid":\d+/, `"pid":${process.ppid}`)
      .replace('"started":""', `"started":"${startOf(process.ppid)}"`),
  )
  expect(() => lockFolder(path)).toThrow(`process ${process.ppid}`)
})

function startOf(pid: number): string {
  if (!existsSync('/proc/self/stat')) return ''
  const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19]
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`
}

it('does not release what another process has taken meanwhile', () => {
  const unlock = lockFolder(path)
  write({ id: 'newer' })
  unlock()
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ id: 'newer' })
})
