import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { hostClientAt } from './client.ts'

let folder: string
let server: Server | undefined
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'sluice-client-'))))
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise(resolve => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
  rmSync(folder, { recursive: true })
})

const socket = (): string => join(folder, 'host.sock')

async function serve(listener: RequestListener): Promise<void> {
  server = createServer(listener)
  await new Promise<void>(resolve => server?.listen(socket(), resolve))
}

const failure = { code: 'SL-EXECUTION-UNKNOWN', blame: 'user', message: 'Execution x: there is none', todo: 'Look.', facts: {} }

it('says that no host runs', async () => {
  await expect(hostClientAt(socket()).host()).rejects.toMatchObject({ code: 'SL-HOST-NOT-RUNNING', blame: 'user' })
})

it('throws the failure that the host answers', async () => {
  await serve((_, response) => response.writeHead(404).end(JSON.stringify(failure)))

  await expect(hostClientAt(socket()).get('x')).rejects.toMatchObject(failure)
})

it('does not pretend to understand an answer of another version', async () => {
  await serve((_, response) => response.end(JSON.stringify({ pid: 'one' })))

  await expect(hostClientAt(socket()).host()).rejects.toMatchObject({ code: 'SL-HOST-ANSWER', message: expect.stringContaining('/host') })
})

it('says that the host is gone when it dies in the middle of an answer, or of a stream', async () => {
  await serve((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (request.url?.endsWith('/events'))
      response.write('event: line\nid: 3\ndata: {"line":{"seq":3,"at":"2026-01-01T00:00:00Z","level":"info","says":"hello"}}\n\n')
    else response.write('{"pid":')
    setTimeout(() => response.destroy(), 20)
  })
  const client = hostClientAt(socket())
  const events = client.events('x')

  expect((await events.next()).value).toEqual({ type: 'line', line: { seq: 3, at: '2026-01-01T00:00:00Z', level: 'info', says: 'hello' } })
  await expect(events.next()).rejects.toMatchObject({ code: 'SL-HOST-GONE' })
  await expect(client.host()).rejects.toMatchObject({ code: 'SL-HOST-GONE' })
})

it('asks for what came after the last line that it has, and stops at the end', async () => {
  const asked: (string | undefined)[] = []
  await serve((request, response) => {
    asked.push(String(request.headers['last-event-id']))
    response.end('event: end\ndata: {}\n\n')
  })

  const seen = []
  for await (const event of hostClientAt(socket()).events('x', 41)) seen.push(event)

  expect([asked, seen]).toEqual([['41'], [{ type: 'end' }]])
})

it('leaves a stream when it is told to, with the reason that it was given', async () => {
  await serve((_, response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders())
  const leaving = new AbortController()
  const next = hostClientAt(socket()).events('x', undefined, leaving.signal).next()
  setTimeout(() => leaving.abort(new Error('Ctrl-C')), 20)

  await expect(next).rejects.toThrow('Ctrl-C')
})
