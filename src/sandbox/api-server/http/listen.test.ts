import { afterEach, describe, expect, it } from 'vitest'
import { configMaps, testServer } from '../server-in-tests.ts'
import { listen, type Listening } from './listen.ts'

const json = { 'content-type': 'application/json' }

let listening: Listening | undefined
afterEach(() => listening?.close())

async function start() {
  const { api } = testServer()
  listening = await listen(api)
  const base = `http://${listening.host}:${listening.port}`
  return { api, url: (path: string) => `${base}${path}` }
}

describe('the server on a port', () => {
  it('answers JSON, text, and warnings in headers', async () => {
    const { url } = await start()
    const made = await fetch(url(configMaps), { method: 'POST', headers: json, body: JSON.stringify({ metadata: { name: 'a' }, nope: 1 }) })
    expect([made.status, made.headers.get('content-type'), made.headers.get('warning')]).toEqual([
      201,
      'application/json',
      '299 - "unknown field \\"nope\\""',
    ])
    expect(await (await fetch(url('/healthz'))).text()).toBe('ok')
    expect((await fetch(url('/nope'))).status).toBe(404)
  })

  it('names the manager of a write after the user agent', async () => {
    const { api, url } = await start()
    await fetch(url(configMaps), {
      method: 'POST',
      headers: { ...json, 'user-agent': 'tool/1.2 (x)' },
      body: '{"metadata":{"name":"a"},"data":{"k":"v"}}',
    })
    expect(api.objects.list('configmaps')[0]?.metadata.managedFields).toMatchObject([{ manager: 'tool' }])
  })

  it('streams a watch line by line, and ends it when the server closes', async () => {
    const { api, url } = await start()
    const response = await fetch(url(`${configMaps}?watch=1`))
    const reader = response.body?.getReader()
    api.objects.create(
      'configmaps',
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' } },
      { manager: 'm' },
    )
    const first = await reader?.read()
    expect(JSON.parse(new TextDecoder().decode(first?.value as Uint8Array))).toMatchObject({
      type: 'ADDED',
      object: { metadata: { name: 'a' } },
    })
    await listening?.close()
    await expect(reader?.read()).rejects.toThrow()
  })

  it('refuses bodies that are no protobuf though they say so, and bodies that are too large', async () => {
    const { url } = await start()
    const send = (body: string) =>
      fetch(url(configMaps), { method: 'POST', headers: { 'content-type': 'application/vnd.kubernetes.protobuf' }, body })
    expect((await send('no magic')).status).toBe(415)
    expect((await send('k8s\0no message')).status).toBe(400)
    const large = await fetch(url(configMaps), { method: 'POST', body: 'x'.repeat(4 * 1024 * 1024) }).catch(() => ({ status: 413 }))
    expect(large.status).toBe(413)
  })
})
