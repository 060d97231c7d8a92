import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { listenOn } from './socket.ts'

let folder: string
let server: Server
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-socket-'))
  server = createServer()
})
afterEach(async () => {
  await new Promise(resolve => server.close(resolve))
  rmSync(folder, { recursive: true })
})

it('lets only its owner in', async () => {
  await listenOn(server, join(folder, 'in', 'host.sock'))

  expect(statSync(join(folder, 'in')).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, 'in', 'host.sock')).mode & 0o777).toBe(0o600)
})

it('takes the place of a socket that a killed host left', async () => {
  writeFileSync(join(folder, 'host.sock'), '')

  await listenOn(server, join(folder, 'host.sock'))

  expect(server.listening).toBe(true)
})

it('refuses a folder that others may write to', async () => {
  chmodSync(folder, 0o777)

  await expect(listenOn(server, join(folder, 'host.sock'))).rejects.toThrow('others may write to it')
})

it('says why where a socket cannot be', async () => {
  await expect(listenOn(server, join(folder, 'x'.repeat(120)))).rejects.toMatchObject({ code: 'SL-HOST-SOCKET-UNUSABLE' })
})
