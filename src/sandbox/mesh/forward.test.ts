import { describe, expect, it } from 'vitest'
import { seededRandom, VirtualClock, type KubernetesObject } from '#base/index.ts'
import type { Gateway, VirtualService } from '#model/traffic/index.ts'
import { NoAnswer, text, type Address, type HttpAnswer, type HttpRequest } from '#sandbox/pods/index.ts'
import { createBalancer } from './balancer.ts'
import { buildClusters, type Balancer } from './clusters.ts'
import { health, type Endpoint } from './endpoints.ts'
import { forward, type Forwarded } from './forward.ts'
import { emptyContext, type PushContext } from './push-context.ts'
import { ProxyView } from './proxy-view.ts'
import type { Service } from './resources.ts'
import { buildListeners, buildRoutes } from './routes.ts'
import { createStats } from './stats.ts'

type Outcome = HttpAnswer | 'refused' | 'reset'

const endpoint = (ip: string, subset: string): Endpoint => ({
  ip,
  port: 8080,
  portName: 'http',
  health: health.healthy,
  labels: { app: 'cart', version: subset },
  namespace: 'shop',
  workload: `cart-${subset}`,
  pod: `cart-${ip}`,
  node: 'node-1',
})

const gateway: Gateway = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'Gateway',
  metadata: { name: 'gw', namespace: 'shop' },
  spec: { selector: { istio: 'ingressgateway' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }] },
}

const service: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { ports: [{ name: 'http', port: 80 }] },
}

const rule: KubernetesObject = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: {
    host: 'cart',
    subsets: [
      { name: 'v1', labels: { version: 'v1' } },
      { name: 'v2', labels: { version: 'v2' } },
    ],
  },
}

function route(http: readonly object[]): VirtualService {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { hosts: ['shop.example.com'], gateways: ['gw'], http },
  } as VirtualService
}

const to = (subset: string, weight?: number) => ({ destination: { host: 'cart', subset }, ...(weight === undefined ? {} : { weight }) })

/** A proxy that knows these http entries and these endpoints of v1 and v2; `answers` says what each address does. */
function proxy(
  http: readonly object[],
  endpoints: { readonly v1?: readonly string[]; readonly v2?: readonly string[] },
  answers: (ip: string, request: HttpRequest) => Outcome,
) {
  const node = { namespace: 'istio-system', labels: { istio: 'ingressgateway' } }
  const context: PushContext = {
    ...emptyContext,
    gateways: [gateway],
    services: [service],
    destinationRules: [rule],
    virtualServices: [route(http)],
  }
  const view = new ProxyView()
  const clusters = buildClusters(context)
  view.accept({ type: 'clusters', clusters })
  const of = (subset: string): readonly Endpoint[] => (endpoints[subset as 'v1' | 'v2'] ?? []).map(ip => endpoint(ip, subset))
  view.accept({ type: 'endpoints', assignments: clusters.map(({ name }) => ({ cluster: name, endpoints: of(name.split('|')[2] ?? '') })) })
  view.accept({ type: 'listeners', listeners: buildListeners(context, node) })
  const refusal = view.accept({ type: 'routes', routes: buildRoutes(context, node) })
  const clock = new VirtualClock(0)
  const random = seededRandom(1)
  const seen: { readonly ip: string; readonly request: HttpRequest }[] = []
  const send = (address: Address, request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer> => {
    seen.push({ ip: address.ip, request })
    const outcome = answers(address.ip, request)
    if (outcome === 'refused' || outcome === 'reset') return Promise.reject(new NoAnswer(address, outcome))
    if (outcome.status === 0)
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true }))
    return Promise.resolve(outcome)
  }
  const world = { view, clock, random, balancer: createBalancer(random), send }
  const ask = (path = '/', headers: Readonly<Record<string, string>> = {}): Promise<Forwarded> =>
    clock.runUntil(forward(world, 80, { method: 'GET', path, headers: { host: 'shop.example.com', ...headers } }))
  return { view, world, clock, seen, refusal, ask }
}

const good = text(200, 'hello')

describe('retries', () => {
  for (const failure of ['refused', 'reset'] as const)
    it(`go to another endpoint of the same cluster when a connection was ${failure}`, async () => {
      const { ask, seen } = proxy([{ route: [to('v1')] }], { v1: ['1', '3'], v2: ['9'] }, ip => (ip === '1' ? failure : good))
      for (let n = 0; n < 30; n++) expect(await ask()).toMatchObject({ by: 'pod', flags: '-' })
      expect(new Set(seen.map(({ ip }) => ip))).toEqual(new Set(['1', '3']))
    })

  it('end after the second, and say why', async () => {
    const { ask, seen } = proxy([{ route: [to('v1')] }], { v1: ['1'] }, () => 'refused')
    const forwarded = await ask()
    expect(forwarded).toMatchObject({ by: 'proxy', flags: 'UF,URX', attempts: 3, answer: { status: 503 } })
    expect(String(forwarded.answer.body)).toMatch(/^upstream connect error or disconnect\/reset before headers/)
    expect(seen).toHaveLength(3)
  })

  it('are not made for an answer, whatever its status', async () => {
    const { ask } = proxy([{ route: [to('v1')] }], { v1: ['1'] }, () => text(503, 'mine'))
    expect(await ask()).toMatchObject({ by: 'pod', flags: '-', attempts: 1, answer: { status: 503, body: 'mine' } })
  })

  it('follow the policy of the route', async () => {
    const none = proxy([{ route: [to('v1')], retries: { attempts: 0 } }], { v1: ['1', '2'] }, () => 'reset')
    expect(await none.ask()).toMatchObject({ flags: 'UC', attempts: 1 })
    let calls = 0
    const statuses = proxy([{ route: [to('v1')], retries: { attempts: 3, retryOn: '5xx' } }], { v1: ['1'] }, () =>
      ++calls < 4 ? text(500, '') : good,
    )
    expect(await statuses.ask()).toMatchObject({ attempts: 4, answer: { status: 200 } })
  })

  it('find no endpoint where the last one went meanwhile', async () => {
    const world = proxy([{ route: [to('v1')] }], { v1: ['1'] }, () => {
      world.view.accept({ type: 'endpoints', assignments: [{ cluster: 'outbound|80|v1|cart.shop.svc.cluster.local', endpoints: [] }] })
      return 'reset'
    })
    expect(await world.ask()).toMatchObject({ flags: 'UH', answer: { status: 503, body: 'no healthy upstream' } })
  })
})

describe('routes', () => {
  it('that match nothing, and hosts that nobody has, answer 404 with flag NR', async () => {
    const { ask } = proxy([{ match: [{ uri: { prefix: '/cart' } }], route: [to('v1')] }], { v1: ['1'] }, () => good)
    expect(await ask('/other')).toMatchObject({ by: 'proxy', flags: 'NR', answer: { status: 404 } })
    expect(await ask('/cart', { host: 'nobody.example.com' })).toMatchObject({ flags: 'NR', answer: { status: 404 } })
    expect(await ask('/cart/7')).toMatchObject({ by: 'pod' })
  })

  it('refuse connections to a port that no Gateway names', async () => {
    const { world } = proxy([{ route: [to('v1')] }], { v1: ['1'] }, () => good)
    await expect(forward(world, 81, { method: 'GET', path: '/', headers: {} })).rejects.toMatchObject({ reason: 'refused' })
  })

  it('change path, authority and headers on the way there, and headers on the way back', async () => {
    const entry = {
      match: [{ uri: { prefix: '/v2/' } }],
      rewrite: { uri: '/', authority: 'inside' },
      headers: { request: { set: { 'x-a': '1' } }, response: { add: { 'x-b': '2' } } },
      route: [{ ...to('v2'), headers: { response: { remove: ['x-secret'] } } }],
    }
    const { ask, seen } = proxy([entry], { v2: ['1'] }, () => text(200, '', { 'x-secret': 'yes' }))
    const { answer } = await ask('/v2/item?id=1')
    expect(seen[0]?.request).toMatchObject({ path: '/item?id=1', headers: { host: 'inside', 'x-a': '1' } })
    expect(answer.headers).toMatchObject({ 'x-b': '2' })
    expect(answer.headers).not.toHaveProperty('x-secret')
  })

  it('redirect, answer directly, time out, and inject faults', async () => {
    const entries = [
      { match: [{ uri: { exact: '/old' } }], redirect: { uri: '/new' } },
      { match: [{ uri: { exact: '/hi' } }], directResponse: { status: 418, body: { string: 'tea' } } },
      { match: [{ uri: { exact: '/slow' } }], timeout: '2s', route: [to('v1')] },
      { match: [{ uri: { exact: '/fault' } }], fault: { abort: { httpStatus: 555, percentage: { value: 100 } } }, route: [to('v1')] },
      { match: [{ uri: { exact: '/late' } }], fault: { delay: { fixedDelay: '3s', percentage: { value: 100 } } }, route: [to('v2')] },
    ]
    const { ask, clock } = proxy(entries, { v1: ['1'], v2: ['2'] }, ip => (ip === '1' ? text(0, '') : good))
    expect((await ask('/old')).answer).toMatchObject({ status: 301, headers: { location: 'http://shop.example.com/new' } })
    expect((await ask('/hi')).answer).toMatchObject({ status: 418, body: 'tea' })
    expect(await ask('/slow')).toMatchObject({ flags: 'UT', by: 'proxy', answer: { status: 504 } })
    expect(clock.now()).toBe(2000)
    expect(await ask('/fault')).toMatchObject({ flags: 'FI', answer: { status: 555 } })
    expect(await ask('/late')).toMatchObject({ by: 'pod' })
    expect(clock.now()).toBe(5000)
  })

  it('send copies to a mirror, whose answer nobody waits for', async () => {
    const { ask, seen } = proxy(
      [{ route: [to('v1')], mirror: { host: 'cart', subset: 'v2' }, mirrorPercentage: { value: 100 } }],
      { v1: ['1'], v2: ['2'] },
      ip => (ip === '2' ? 'reset' : good),
    )
    expect(await ask()).toMatchObject({ by: 'pod', answer: { status: 200 } })
    expect(seen.map(({ ip }) => ip)).toContain('2')
  })

  it('without any weight are refused, in Envoy’s words', () => {
    const { refusal } = proxy([{ route: [to('v1', 100)] }, { route: [to('v1', 0), to('v2', 0)] }], {}, () => good)
    expect(refusal).toBeUndefined()
    const second = proxy(
      [{ match: [{ uri: { prefix: '/a' } }], route: [to('v1', 100)] }, { route: [to('v1', 0), to('v2', 0)] }],
      {},
      () => good,
    )
    expect(second.refusal).toBe(
      'Proto constraint validation failed (RouteConfigurationValidationError.VirtualHosts[0]: embedded message failed validation | caused by VirtualHostValidationError.Routes[1]: embedded message failed validation | caused by RouteValidationError.Route: embedded message failed validation | caused by RouteActionValidationError.WeightedClusters: embedded message failed validation | caused by WeightedClusterValidationError.Clusters: value must contain at least 1 item(s)): name: "http.80"',
    )
  })
})

describe('clusters', () => {
  const named = (rules: readonly KubernetesObject[]) =>
    buildClusters({ ...emptyContext, services: [service], destinationRules: rules }).map(({ name, balancer }) => [
      name.split('|')[2],
      balancer,
    ])

  it('are one per port of a Service and one per subset, with the balancer of the nearest policy', () => {
    const policy = (simple: string) => ({ trafficPolicy: { loadBalancer: { simple } } })
    const spec = { host: 'cart', ...policy('RANDOM'), subsets: [{ name: 'a' }, { name: 'b', ...policy('ROUND_ROBIN') }] }
    expect(named([{ ...rule, spec }])).toEqual([
      ['', 'RANDOM'],
      ['a', 'RANDOM'],
      ['b', 'ROUND_ROBIN'],
    ])
    expect(named([])).toEqual([['', 'LEAST_REQUEST']])
  })

  it('follow the rule of the Service’s namespace before the root’s, the exact host before a wildcard; equal hosts are merged, the older first', () => {
    const at = (
      namespace: string,
      host: string,
      subset: string,
      name = 'r',
      creationTimestamp = '2026-01-01T00:00:00Z',
    ): KubernetesObject => ({
      ...rule,
      metadata: { name, namespace, creationTimestamp },
      spec: { host, subsets: [{ name: subset, labels: {} }] },
    })
    const full = 'cart.shop.svc.cluster.local'
    const subsets = (rules: readonly KubernetesObject[]) => named(rules).map(([subset]) => subset)
    expect(subsets([at('istio-system', full, 'root'), at('shop', 'cart', 'near')])).toEqual(['', 'near'])
    expect(subsets([at('istio-system', full, 'root'), at('elsewhere', full, 'never')])).toEqual(['', 'root'])
    expect(subsets([at('shop', '*.shop.svc.cluster.local', 'wild'), at('shop', full, 'exact')])).toEqual(['', 'exact'])
    expect(subsets([at('shop', full, 'new', 'a', '2026-02-01T00:00:00Z'), at('shop', 'cart', 'old', 'z')])).toEqual(['', 'old', 'new'])
  })
})

describe('balancers', () => {
  const live = (balancer: Balancer, ips: readonly string[]) => ({
    cluster: { name: 'c', host: 'h', service: { namespace: 'shop', name: 'cart' }, balancer, portName: '', labels: {} },
    endpoints: ips.map(ip => endpoint(ip, 'v1')),
  })

  it('take turns, take any, or prefer the endpoint that answers fewer requests', () => {
    const turns = createBalancer(seededRandom(3))
    const robin = live('ROUND_ROBIN', ['1', '2', '3'])
    const picked = Array.from({ length: 6 }, () => turns.choose(robin, new Set())?.ip)
    expect(picked.slice(0, 3).toSorted()).toEqual(['1', '2', '3'])
    expect(picked.slice(3)).toEqual(picked.slice(0, 3))
    const least = live('LEAST_REQUEST', ['1', '2'])
    const busy = createBalancer(seededRandom(3))
    const ends = Array.from({ length: 5 }, () => busy.begin(least.endpoints[0]!))
    const counts = Array.from({ length: 400 }, () => busy.choose(least, new Set())?.ip).filter(ip => ip === '2').length
    expect(counts).toBeGreaterThan(250)
    ends.forEach(end => end())
    const even = Array.from({ length: 400 }, () => busy.choose(least, new Set())?.ip).filter(ip => ip === '2').length
    expect(even).toBeLessThan(250)
    expect(createBalancer(seededRandom(1)).choose(live('RANDOM', []), new Set())).toBeUndefined()
  })
})

describe('statistics', () => {
  it('are Istio’s standard metrics by workload, version, code and flags', async () => {
    const pod: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'istio-ingressgateway-1', namespace: 'istio-system', labels: { app: 'istio-ingressgateway' } },
    }
    const stats = createStats(pod)
    const { ask, view } = proxy([{ route: [to('v1', 50), to('v2', 50)] }], { v1: ['1', '2'] }, () => good)
    for (let n = 0; n < 40; n++) {
      const forwarded = await ask()
      stats.record(forwarded, 7, view.cluster(forwarded.cluster ?? ''))
    }
    const lines = stats.text().split('\n')
    const totals = lines.filter(line => line.startsWith('istio_requests_total'))
    expect(totals).toHaveLength(2)
    const [pods, none] = totals.toSorted((a, b) => Number(a.includes('UH')) - Number(b.includes('UH'))) as [string, string]
    for (const label of [
      'reporter="source"',
      'destination_workload="cart-v1"',
      'destination_workload_namespace="shop"',
      'destination_service="cart.shop.svc.cluster.local"',
      'destination_service_name="cart"',
      'destination_version="v1"',
      'response_code="200"',
      'response_flags="-"',
      'source_app="istio-ingressgateway"',
    ])
      expect(pods).toContain(label)
    for (const label of [
      'destination_workload="unknown"',
      'destination_service="cart.shop.svc.cluster.local"',
      'response_code="503"',
      'response_flags="UH"',
    ])
      expect(none).toContain(label)
    const count = (line: string): number => Number(line.split(' ').at(-1))
    expect(count(pods) + count(none)).toBe(40)
    const buckets = lines.filter(line => line.startsWith('istio_request_duration_milliseconds_bucket') && line.includes('"200"'))
    expect(buckets.find(line => line.includes('le="5"'))).toMatch(/ 0$/)
    expect(count(buckets.find(line => line.includes('le="10"')) ?? '')).toBe(count(pods))
    expect(count(lines.find(line => line.startsWith('istio_request_duration_milliseconds_sum') && line.includes('"200"')) ?? '')).toBe(
      7 * count(pods),
    )
  })
})
