import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Credentials } from './access.ts'
import { insideOf } from './inside.ts'

const closing: (() => void)[] = []
afterEach(() => closing.splice(0).forEach(close => close()))

interface Heard {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly authorization: string | undefined
  readonly body: string
}

/** A server that notes what it hears and answers with `answer`. */
async function serve(answer: (heard: Heard) => { readonly status: number; readonly body: object }) {
  const heard: Heard[] = []
  const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const one = { method: request.method, url: request.url, authorization: request.headers.authorization, body }
      heard.push(one)
      const { status, body: sent } = answer(one)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(sent))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => (server.closeAllConnections(), void server.close()))
  return { heard, port: (server.address() as AddressInfo).port }
}

function credentials(port: number): Credentials {
  const access = { server: new URL(`http://127.0.0.1:${port}`), agent: new http.Agent(), headers: {}, tls: {} }
  return { name: 'this cluster', current: () => Promise.resolve(access), refused: () => undefined, close: () => undefined }
}

function file(text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-inside-'))
  closing.push(() => rmSync(folder, { recursive: true }))
  const name = path.join(folder, 'token')
  writeFileSync(name, text)
  return name
}

const own = `x.${Buffer.from(JSON.stringify({ sub: 'system:serviceaccount:sluice:delegate' })).toString('base64url')}.x`

describe('a token for an audience', () => {
  it('is asked for by the account of this process, and kept for half of its life', async () => {
    let now = 0
    const api = await serve(() => ({ status: 201, body: { status: { token: `token-${api.heard.length}` } } }))
    const inside = insideOf(credentials(api.port), { own: file(own), projected: {}, now: () => now })
    expect(await inside.token('istio-ca')).toBe('token-1')
    now = 299_000
    expect(await inside.token('istio-ca')).toBe('token-1')
    now = 301_000
    expect(await inside.token('istio-ca')).toBe('token-2')
    const [asked] = api.heard
    expect(asked).toMatchObject({ method: 'POST', url: '/api/v1/namespaces/sluice/serviceaccounts/delegate/token' })
    expect(JSON.parse(asked?.body ?? '')).toMatchObject({ spec: { audiences: ['istio-ca'], expirationSeconds: 600 } })
  })

  it('is the projected one where there is one: nothing is asked', async () => {
    const api = await serve(() => ({ status: 500, body: {} }))
    const inside = insideOf(credentials(api.port), { own: file(own), projected: { 'istio-ca': file('projected\n') } })
    expect(await inside.token('istio-ca')).toBe('projected')
    expect(api.heard).toEqual([])
  })

  it('that may not be asked for names the right', async () => {
    const message = 'serviceaccounts "delegate" is forbidden: User "x" cannot create resource "serviceaccounts/token" in API group ""'
    const api = await serve(() => ({ status: 403, body: { kind: 'Status', message, reason: 'Forbidden' } }))
    const inside = insideOf(credentials(api.port), { own: file(own), projected: {} })
    await expect(inside.token('istio-ca')).rejects.toMatchObject({
      code: 'SL-KUBERNETES-FORBIDDEN',
      message: 'ServiceAccount sluice/delegate: we may not create serviceaccounts/token in namespace sluice (cluster this cluster)',
    })
  })
})

describe('HTTP to an address', () => {
  it('carries the headers, and gives what is answered', async () => {
    const pod = await serve(({ url }) => ({ status: 401, body: { url } }))
    const inside = insideOf(credentials(1))
    const answer = await inside.http('127.0.0.1', pod.port, { path: '/debug/syncz', headers: { Authorization: 'Bearer t' } })
    expect(answer).toMatchObject({ status: 401, body: '{"url":"/debug/syncz"}' })
    expect(pod.heard[0]?.authorization).toBe('Bearer t')
  })

  it('that nobody answers is a failure of the world; one that is aborted rejects with the reason', async () => {
    const inside = insideOf(credentials(1))
    await expect(inside.http('127.0.0.1', 1, { path: '/' })).rejects.toMatchObject({
      code: 'SL-KUBERNETES-POD-UNREACHABLE',
      blame: 'world',
    })
    const abort = new AbortController()
    abort.abort(new Error('enough'))
    await expect(inside.http('127.0.0.1', 1, { path: '/' }, abort.signal)).rejects.toThrow('enough')
  })
})
