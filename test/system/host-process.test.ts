import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ensureHost, findHost, type HostClient, type HostProgram } from '../../src/cli/host-client/index.ts'
import { hostAddress } from '../../src/protocol/http/index.ts'

const file = fileURLToPath(new URL('../../dist/host.mjs', import.meta.url))
const program = (...args: string[]): HostProgram => ({ file, args: ['--store', 'memory', '--idle', '1m', ...args] })

let folder: string
let pids: number[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-host-'))
  pids = []
})
afterEach(async () => {
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  await Promise.all(pids.map(gone))
  rmSync(folder, { recursive: true })
})

const address = () => hostAddress({ env: { SLUICE_HOME: folder }, home: '/', cwd: '/', uid: process.getuid?.() ?? 0 })

async function open(...args: string[]): Promise<{ readonly client: HostClient; readonly pid: number }> {
  const client = await ensureHost(address(), program(...args))
  const { pid } = await client.host()
  pids.push(pid)
  return { client, pid }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // A process that has ended and that nobody has waited for yet is a zombie: it is gone all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise(resolve => setTimeout(resolve, 10))
}

it('is started by the first command that needs it, and found by the next', async () => {
  const first = await open()
  const second = await open()

  expect(second.pid).toBe(first.pid)
  expect(await first.client.host()).toMatchObject({ folder, store: 'memory', running: 0, log: join(folder, 'host.log') })
})

it('is one, although several commands start it at once', async () => {
  const all = await Promise.all([open(), open(), open()])

  expect(new Set(all.map(each => each.pid)).size).toBe(1)
})

it('ends when it is asked to, leaving neither socket nor lock, and a new one starts at once', async () => {
  const { client, pid } = await open()

  await client.stop('ada')
  const next = await open()
  await gone(pid)

  expect(next.pid).not.toBe(pid)
  await next.client.stop('ada')
  await gone(next.pid)
  expect([existsSync(address().socket), existsSync(join(folder, 'lock'))]).toEqual([false, false])
})

it('is started again after a kill, over the socket and the lock that the killed one left', async () => {
  const { pid } = await open()
  process.kill(pid, 'SIGKILL')
  await gone(pid)
  // Not which of the two failures: while the last threads of a killed process end, its socket may still take a connection, and reset it.
  expect(await findHost(address())).toBeUndefined()

  const next = await open()

  expect(next.pid).not.toBe(pid)
})

it('ends by itself when nothing has run for a while', async () => {
  const { pid } = await open('--idle', '300ms')

  await gone(pid)

  expect(await findHost(address())).toBeUndefined()
})

it('says why it does not start', async () => {
  await expect(open('--store', 'floppy')).rejects.toMatchObject({
    code: 'SL-HOST-SETTING',
    message: 'host: store is "floppy", and should be embedded or memory',
  })
})

it('survives the end of the terminal that started it', async () => {
  const { client, pid } = await open()

  process.kill(pid, 'SIGHUP')

  expect(await client.host()).toMatchObject({ pid })
})

it('answers an unknown execution as the failure that it is', async () => {
  const { client } = await open()

  await expect(client.get('nope')).rejects.toMatchObject({ code: 'SL-EXECUTION-UNKNOWN', blame: 'user' })
  await expect(client.events('nope').next()).rejects.toMatchObject({ code: 'SL-EXECUTION-UNKNOWN' })
})
