import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom, systemClock } from '#base/index.ts'
import type { WatchEvent } from '../cluster.ts'
import { createApiServer, listen, type ApiResponse } from '#sandbox/api-server/index.ts'
import { clusterContract } from '../cluster.contract.ts'
import { objectsOf } from '../objects-of.ts'
import { httpApiServer, type HttpApiServer, type HttpApiServerOptions } from './api-server-on-http.contract.ts'
import { connectCluster, type ConnectedCluster } from './connect.ts'

/** What a test opened; closed after it. */
const opened: (() => unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'sluice-kubeconfig-'))
  opened.push(() => rmSync(made, { recursive: true }))
  return made
}

function kubeconfig(server: string, user: object = {}, cluster: object = {}): string {
  const file = path.join(folder(), 'config')
  const document = {
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user }],
  }
  writeFileSync(file, JSON.stringify(document))
  return file
}

async function start(options: HttpApiServerOptions = {}): Promise<HttpApiServer> {
  const api = await httpApiServer(options)
  opened.push(() => api.close())
  return api
}

function connect(file: string, environment: Record<string, string> = {}): ConnectedCluster {
  const cluster = connectCluster({ kubeconfig: file }, environment)
  opened.push(() => cluster.close())
  return cluster
}

const pods = { method: 'GET', path: '/api/v1/namespaces/default/pods' } as const
const greeter = { namespace: 'default', name: 'greeter' }

for (const way of ['forward', 'proxy'] as const)
  clusterContract(`a kubeconfig's cluster (pods by ${way})`, async () => {
    const api = await httpApiServer({ pods: way })
    const cluster = connectCluster({ kubeconfig: kubeconfig(api.url) }, {})
    const close = async (): Promise<void> => {
      cluster.close()
      await api.close()
    }
    return { cluster, pod: greeter, port: 8080, run: promise => promise, close }
  })

clusterContract("the sandbox's API server on HTTP", async () => {
  const server = createApiServer({ clock: systemClock, random: seededRandom(1) })
  const found = /\/pods\/greeter:8080\/proxy\/hello\?(.*)$/
  const missing = { kind: 'Status', code: 404, reason: 'NotFound', message: 'pods "none" not found' }
  const divert = ({ path: asked }: { readonly path: string }): Promise<ApiResponse> | undefined => {
    if (!asked.includes('/proxy/')) return undefined
    const query = found.exec(asked)?.[1]
    const answer = query
      ? { status: 200, headers: { 'x-pod': 'yes' }, body: `hello ${query}` }
      : { status: 404, headers: { 'content-type': 'application/json' }, body: missing }
    return Promise.resolve({ ...answer, warnings: [] })
  }
  const listening = await listen(server, { divert })
  const cluster = connectCluster({ kubeconfig: kubeconfig(`http://${listening.host}:${listening.port}`) }, {})
  const close = async (): Promise<void> => {
    cluster.close()
    await listening.close()
  }
  return { cluster, pod: greeter, port: 8080, run: promise => promise, close }
})

describe('names and failures', () => {
  it('names context and server', async () => {
    expect(connect(kubeconfig('https://127.0.0.1:6443/')).name).toBe('here at https://127.0.0.1:6443')
  })

  it('says that nobody answers', async () => {
    const api = await start()
    const { url } = api
    await api.close()
    opened.pop()
    const port = new URL(url).port
    await expect(connect(kubeconfig(url)).request(pods)).rejects.toMatchObject({
      code: 'SL-KUBERNETES-UNREACHABLE',
      blame: 'world',
      message: `cluster here at ${url}: no answer from the API server: connect ECONNREFUSED 127.0.0.1:${port}`,
    })
  })

  it('says that the kubeconfig is missing', () => {
    expect(() => connectCluster({ kubeconfig: '/no/such/file' }, {})).toThrow('kubeconfig /no/such/file: there is no such file')
  })

  it('says that a context is missing, and which there are', () => {
    expect(() => connectCluster({ kubeconfig: kubeconfig('https://x'), context: 'other' }, {})).toThrow(
      'it has no context "other", only here',
    )
  })

  it('says that a certificate file cannot be read, before anything is asked', async () => {
    const cluster = connect(kubeconfig('https://127.0.0.1:1', { 'client-certificate': 'gone.pem', 'client-key': 'gone.key' }))
    await expect(cluster.request(pods)).rejects.toMatchObject({ code: 'SL-KUBERNETES-CREDENTIALS', blame: 'user' })
  })
})

describe('credentials', () => {
  it('sends a token, or user and password', async () => {
    const api = await start()
    await connect(kubeconfig(api.url, { token: 't1' })).request(pods)
    await connect(kubeconfig(api.url, { username: 'a', password: 'b' })).request(pods)
    expect(api.asked.map(({ authorization }) => authorization)).toEqual(['Bearer t1', `Basic ${Buffer.from('a:b').toString('base64')}`])
  })

  it('reads a token file next to the kubeconfig, and again when the server refuses the old token', async () => {
    const api = await start({ tokens: new Set(['fresh']) })
    const file = kubeconfig(api.url, { tokenFile: 'token' })
    writeFileSync(path.join(path.dirname(file), 'token'), 'stale')
    const cluster = connect(file)
    expect((await cluster.request(pods)).status).toBe(401)
    writeFileSync(path.join(path.dirname(file), 'token'), 'fresh')
    expect((await cluster.request(pods)).status).toBe(200)
  })

  it('runs a credential plugin once for many requests, and tells it what kubectl tells', async () => {
    const api = await start({ tokens: new Set(['from-plugin']) })
    const directory = folder()
    const plugin = path.join(directory, 'plugin.mjs')
    writeFileSync(
      plugin,
      `import { appendFileSync } from 'node:fs'
       appendFileSync(${JSON.stringify(path.join(directory, 'calls'))}, process.env.KUBERNETES_EXEC_INFO + process.env.MORE + '\\n')
       console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 'from-plugin' } }))`,
    )
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: [plugin],
      env: [{ name: 'MORE', value: '+' }],
      interactiveMode: 'Never',
    }
    const cluster = connect(kubeconfig(api.url, { exec }))
    const answers = await Promise.all([cluster.request(pods), cluster.request(pods), cluster.request(pods)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    const { readFileSync } = await import('node:fs')
    const calls = readFileSync(path.join(directory, 'calls'), 'utf8').trim().split('\n')
    expect(calls.length).toBe(1)
    expect(calls[0]).toContain('"apiVersion":"client.authentication.k8s.io/v1"')
    expect(calls[0]).toMatch(/\+$/)
  })

  it('says what a credential plugin says when it fails', async () => {
    const api = await start()
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', 'console.error("log in first"); process.exit(1)'],
    }
    await expect(connect(kubeconfig(api.url, { exec })).request(pods)).rejects.toMatchObject({
      code: 'SL-KUBERNETES-CREDENTIALS',
      message: expect.stringContaining('log in first') as string,
    })
  })
})

describe('answers', () => {
  it('gives warnings and Retry-After', async () => {
    const headers = { 'content-type': 'application/json', warning: '299 - "unknown field \\"a\\"", 299 - "b, c"', 'retry-after': '3' }
    const api = await start({ answer: () => ({ status: 429, headers, body: '{"kind":"Status","code":429}' }) })
    expect(await connect(kubeconfig(api.url)).request(pods)).toEqual({
      status: 429,
      body: { kind: 'Status', code: 429 },
      warnings: ['unknown field "a"', 'b, c'],
      retryAfter: 3,
    })
  })

  it('reads events that arrive in pieces, in any encoding of a line', async () => {
    const api = await start()
    const cluster = connect(kubeconfig(api.url))
    const objects = objectsOf(cluster, { clock: systemClock, random: seededRandom(1) })
    const ending = new AbortController()
    const events = cluster.watch('/api/v1/namespaces/default/configmaps?watch=true', ending.signal)[Symbol.asyncIterator]()
    const first = events.next()
    const data = { k: 'größe € '.repeat(5000) }
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'big', namespace: 'default' }, data }
    await objects.create(object, { fieldManager: 'test' })
    const event = (await first).value as WatchEvent
    expect(event.object.metadata.name).toBe('big')
    expect(event.object['data'], 'the data, byte for byte').toSatisfy(read => JSON.stringify(read) === JSON.stringify(data))
    ending.abort()
    expect((await events.next()).done).toBe(true)
  })
})

describe('pods', () => {
  it('are asked through one port-forward that is kept, as from their own localhost', async () => {
    const api = await start({ pods: 'forward' })
    const cluster = connect(kubeconfig(api.url))
    for (let i = 0; i < 5; i++) expect((await cluster.podHttp(greeter, 15_014, { path: '/x?1' })).headers['x-host']).toBe('localhost:15014')
    expect(api.tunnels()).toBe(1)
  })

  it('are asked through the pod proxy where there is no port-forward, which is tried only once', async () => {
    const api = await start({ pods: 'proxy' })
    const cluster = connect(kubeconfig(api.url))
    for (let i = 0; i < 3; i++) expect((await cluster.podHttp(greeter, 8080, { path: '/x?1' })).body).toBe('hello 1')
    expect(api.asked.filter(({ path: asked }) => asked.includes('portforward')).length).toBe(1)
  })

  it('name the missing right when neither is allowed', async () => {
    const api = await start({ pods: 'forbidden' })
    await expect(connect(kubeconfig(api.url)).podHttp(greeter, 8080, { path: '/' })).rejects.toMatchObject({
      code: 'SL-KUBERNETES-FORBIDDEN',
      facts: { verb: 'create', resource: 'pods/portforward', namespace: 'default' },
    })
  })
})
