import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { seededRandom, type KubernetesObject } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import { openPrometheus, selector, type Prometheus } from '#delegate/prometheus/index.ts'
import type { PrometheusRef } from '#model/release/index.ts'
import { serveSandbox, type ServedSandbox } from '#sandbox/serve.ts'

const { signal } = new AbortController()

/** A namespace with these Secrets; `reads` counts how often they were read. */
function secrets(values: Readonly<Record<string, string>>): { readonly objects: Objects; reads: number } {
  const seen = {
    reads: 0,
    objects: {
      get: ({ name }: { readonly name: string }): Promise<KubernetesObject | undefined> => {
        seen.reads++
        const value = values[name]
        const data = { token: Buffer.from(value ?? '').toString('base64') }
        return Promise.resolve(value === undefined ? undefined : { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data })
      },
    } as unknown as Objects,
  }
  return seen
}

function open(url: string, more: Partial<PrometheusRef> = {}, { objects } = secrets({})): Prometheus {
  return openPrometheus({ url, headers: {}, labels: {}, ...more }, 'shop', objects, fetch)
}

describe('a Prometheus that scrapes the gateways of a sandbox', () => {
  let served: ServedSandbox
  beforeAll(async () => {
    served = await serveSandbox({ random: seededRandom(1), prometheus: { interval: 1000 } })
  }, 60_000)
  afterAll(() => served.close())

  it("tells raw samples by Istio's own labels, and its time", async () => {
    const prometheus = open(`http://127.0.0.1:${served.prometheusPort}`)
    const gateway = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'any', namespace: 'default' },
      spec: { selector: { istio: 'ingressgateway' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }] },
    }
    served.sandbox.apiServer.objects.create('gateways.networking.istio.io', gateway, { manager: 'test' })
    const ask = (): Promise<number> =>
      fetch(`http://127.0.0.1:${served.gatewayPort}/`).then(
        ({ status }) => status,
        () => 0,
      )
    await expect.poll(ask, { timeout: 20_000 }).toBe(404)
    const matchers = [
      { label: '__name__', is: ['istio_requests_total', 'other'] },
      { label: 'reporter', is: 'source' },
      { label: 'response_flags', has: ['NR', 'NC'] },
      { label: 'response_code', isNot: '200' },
    ]
    await expect
      .poll(() => prometheus.samples(matchers, 60_000, signal), { timeout: 20_000 })
      .toMatchObject({
        warnings: [],
        series: [
          { labels: { job: 'envoy-stats', source_workload: 'istio-ingressgateway', response_code: '404', namespace: 'istio-system' } },
        ],
      })
    const { series } = await prometheus.samples(matchers, 60_000, signal)
    expect(series[0]?.samples.at(-1)?.[1]).toBe(1)
    expect(Math.abs((series[0]?.samples.at(-1)?.[0] ?? 0) - (await prometheus.now(signal)))).toBeLessThan(30_000)
  })

  it('says what it cannot read', async () => {
    const answer = await fetch(`http://127.0.0.1:${served.prometheusPort}/api/v1/query?query=${encodeURIComponent('rate(a[1m])')}`)
    expect([answer.status, await answer.json()]).toMatchObject([400, { status: 'error', errorType: 'bad_data' }])
  })
})

describe('an address', () => {
  let server: Server | undefined
  afterEach(() => void server?.close())

  async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    const opened = createServer(answer)
    server = opened
    await new Promise<void>(resolve => opened.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(opened.address() as AddressInfo).port}`
  }
  const says = (status: number, body: string) => (_: IncomingMessage, response: ServerResponse) => void response.writeHead(status).end(body)
  const time = JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1000.5, '1000.5'] } })

  it.each([
    [401, 'no', 'SL-PROMETHEUS-REFUSED'],
    [403, 'no', 'SL-PROMETHEUS-REFUSED'],
    [404, 'no such page', 'SL-PROMETHEUS-NO-ANSWER'],
    [503, 'later', 'SL-PROMETHEUS-NO-ANSWER'],
    [200, '<html>', 'SL-PROMETHEUS-NO-ANSWER'],
    [200, '{"status":"success","data":{"resultType":"vector","result":[]}}', 'SL-PROMETHEUS-NO-ANSWER'],
    [422, '{"status":"error","errorType":"execution","error":"too many samples"}', 'SL-PROMETHEUS-NO-ANSWER'],
  ])('that answers %i %s fails with what to do', async (status, body, code) => {
    const prometheus = open(await serve(says(status, body)))
    await expect(prometheus.now(signal)).rejects.toMatchObject({ code, message: expect.stringContaining(prometheus.url) })
  })

  it('that nobody listens at fails with the reason', async () => {
    const url = await serve(says(200, ''))
    await new Promise(resolve => server?.close(resolve))
    await expect(open(url).now(signal)).rejects.toMatchObject({
      code: 'SL-PROMETHEUS-UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('that redirects is not followed: the token would go elsewhere', async () => {
    const url = await serve((_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())
    await expect(open(url).now(signal)).rejects.toMatchObject({ code: 'SL-PROMETHEUS-UNREACHABLE' })
  })

  it('gets the headers and the token that Secrets hold, which are read once, and again after a refusal', async () => {
    let status = 200
    const got: IncomingMessage['headers'][] = []
    const url = await serve((request, response) => {
      got.push(request.headers)
      response.writeHead(status).end(time)
    })
    const kept = secrets({ prom: 'f3a9\n', tenant: 'shop' })
    const headers = { 'X-Scope-OrgID': { secret: 'tenant', key: 'token' }, 'X-Plain': 'yes' }
    const prometheus = open(url, { headers, bearerToken: { secret: 'prom', key: 'token' } }, kept)
    expect([await prometheus.now(signal), await prometheus.now(signal)]).toEqual([1_000_500, 1_000_500])
    expect(got[0]).toMatchObject({ authorization: 'Bearer f3a9', 'x-scope-orgid': 'shop', 'x-plain': 'yes' })
    expect(kept.reads).toBe(2)
    status = 401
    await expect(prometheus.now(signal)).rejects.toThrow('refuses us with status 401')
    status = 200
    await prometheus.now(signal)
    expect(kept.reads).toBe(4)
  })

  it('whose Secret is not there is not asked', async () => {
    const url = await serve(says(200, time))
    const missing = open(url, { bearerToken: { secret: 'prom', key: 'token' } })
    await expect(missing.now(signal)).rejects.toMatchObject({
      code: 'SL-PROMETHEUS-NO-SECRET',
      message: `Prometheus ${url}: Secret shop/prom has no token, or is not there`,
    })
  })

  it('is asked for the series of one cluster where it knows several, texts taken as they are', async () => {
    const asked: string[] = []
    const url = await serve((request, response) => {
      asked.push(new URL(request.url ?? '', 'http://any').searchParams.get('query') ?? '')
      response.end('{"status":"success","data":{"resultType":"matrix","result":[]},"warnings":["a store is away"]}')
    })
    const told = await open(url, { labels: { cluster: 'eu-1' } }).samples([{ label: 'job', is: ['a.b', 'c"d'] }], 45_000, signal)
    expect(told).toEqual({ series: [], warnings: ['a store is away'] })
    expect(asked).toEqual(['{job=~"a\\\\.b|c\\"d",cluster="eu-1"}[45s]'])
    expect(selector([{ label: 'a', isNot: '0' }])).toBe('{a!="0"}')
  })
})
