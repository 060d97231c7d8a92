import { afterEach, describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { openShop, share, verdict, virtualService, type Shop } from './shop.ts'

const opened: Shop[] = []
afterEach(() => opened.splice(0).forEach(shop => shop.stop()))

const by = { manager: 'test' }
const group = 'gateway.networking.k8s.io'
const resources: Readonly<Record<string, string>> = {
  Service: 'services',
  Gateway: `gateways.${group}`,
  HTTPRoute: `httproutes.${group}`,
  GRPCRoute: `grpcroutes.${group}`,
  ReferenceGrant: `referencegrants.${group}`,
}

const gateway: KubernetesObject = {
  apiVersion: `${group}/v1`,
  kind: 'Gateway',
  metadata: { name: 'public', namespace: 'shop' },
  spec: { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
}

const service = (name: string, version: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { selector: { app: 'cart', version }, ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }] },
})

interface Rule {
  readonly matches?: readonly object[]
  readonly filters?: readonly object[]
  readonly backendRefs?: readonly object[]
  readonly timeouts?: object
}

function route(rules: readonly Rule[], kind = 'HTTPRoute', name = 'cart'): KubernetesObject {
  return {
    apiVersion: `${group}/v1`,
    kind,
    metadata: { name, namespace: 'shop' },
    spec: { parentRefs: [{ name: 'public' }], hostnames: ['shop.example.com'], rules },
  }
}

const split = (stable: number, canary: number): Rule => ({
  backendRefs: [
    { name: 'cart-stable', port: 80, weight: stable },
    { name: 'cart-canary', port: 80, weight: canary },
  ],
})

/** Creates or replaces an object of the Gateway API, or a Service. */
function put(shop: Shop, object: KubernetesObject): KubernetesObject {
  const store = shop.sandbox.apiServer.objects
  const resource = resources[object.kind] ?? ''
  const present = store.get(resource, { namespace: 'shop', name: object.metadata.name })
  if (!present) return store.create(resource, object, by)
  const { resourceVersion = '' } = present.metadata
  return store.update(resource, { ...object, metadata: { ...object.metadata, resourceVersion } }, by)
}

/** A shop with a Service for each version and a Gateway, all known to the mesh. */
async function open(options: Parameters<typeof openShop>[0] = {}): Promise<Shop> {
  const shop = await openShop({ versions: ['1', '2'], ...options })
  opened.push(shop)
  for (const object of [gateway, service('cart-stable', '1'), service('cart-canary', '2')]) put(shop, object)
  await shop.clock.advance(2000)
  return shop
}

async function routed(rules: readonly Rule[], options: Parameters<typeof openShop>[0] = {}): Promise<Shop> {
  const shop = await open(options)
  put(shop, route(rules))
  await shop.clock.advance(1000)
  return shop
}

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly observedGeneration: number
}

interface RouteStatus {
  readonly parents?: readonly { readonly controllerName: string; readonly conditions: readonly Condition[] }[]
}

function conditions(shop: Shop): readonly string[] {
  const [object] = shop.list(resources['HTTPRoute'] ?? '')
  const status = (object?.status ?? {}) as RouteStatus
  return (status.parents ?? []).flatMap(parent =>
    parent.conditions.map(({ type, status: is, reason, observedGeneration }) => `${type}=${is} ${reason} ${observedGeneration}`),
  )
}

describe('requests through a gateway by HTTPRoute', () => {
  it('are split by weight: 90 and 10 of 4,000', async () => {
    const shop = await routed([split(90, 10)])
    const tally = await shop.load(4000, 0)
    expect(Object.keys(tally).toSorted()).toEqual(['v1', 'v2'])
    // Four standard deviations of the binomial: sqrt(0.1 × 0.9 / 4000) is 0.47 points.
    expect(Math.abs(share(tally, 'v2') - 10)).toBeLessThan(1.9)
  })

  it('change one debounce after the write, and Accepted comes before: valid is not arrived', async () => {
    const shop = await routed([split(100, 0)], { mesh: { debounce: { after: 3000 } } })
    await shop.clock.advance(10_000)
    const written = shop.clock.now()
    put(shop, route([split(0, 100)]))
    await shop.until('the status is of the second generation', () => conditions(shop).includes('Accepted=True Accepted 2'))
    expect(shop.clock.now() - written).toBeLessThan(500)
    expect(verdict(await shop.send())).toBe('v1')
    while (verdict(await shop.send()) === 'v1') await shop.clock.advance(1)
    expect(shop.clock.now() - written).toBeGreaterThan(2990)
    expect(shop.clock.now() - written).toBeLessThan(3300)
  })

  it('reach each gateway in its own time', async () => {
    const late = { first: 200, second: 900 }
    const seen: string[] = []
    const propagation = ({ proxy }: { readonly proxy: string }): number => {
      if (!seen.includes(proxy)) seen.push(proxy)
      return seen.indexOf(proxy) === 0 ? late.first : late.second
    }
    const shop = await open({ mesh: { gateways: 2, propagation } })
    put(shop, route([split(100, 0)]))
    await shop.clock.advance(5000)
    put(shop, route([split(0, 100)]))
    await shop.clock.advance(500)
    const asked = { host: 'shop.example.com' }
    const clusters = shop.sandbox
      .shares(asked)
      .map(({ destinations }) => destinations.map(({ cluster }) => cluster.split('|')[3]?.split('.')[0]).join())
    expect(clusters.toSorted()).toEqual(['cart-canary', 'cart-stable'])
    await shop.clock.advance(1000)
    expect(shop.sandbox.shares(asked).every(({ destinations }) => destinations[0]?.cluster.includes('cart-canary'))).toBe(true)
  })

  it('weights that are all 0, and a Service that is not there, answer 500 for their share; no pod, no answer but 503', async () => {
    const shop = await routed([split(0, 0)])
    expect(await shop.load(100, 0)).toEqual({ '500 -': 100 })
    put(
      shop,
      route([
        {
          backendRefs: [
            { name: 'cart-stable', port: 80 },
            { name: 'gone', port: 80 },
          ],
        },
      ]),
    )
    await shop.clock.advance(1000)
    const tally = await shop.load(2000, 0)
    expect(Object.keys(tally).toSorted()).toEqual(['500 NC', 'v1'])
    expect(Math.abs(share(tally, 'v1') - 50)).toBeLessThan(5)
    shop.scale('cart-v1', 0)
    await shop.clock.advance(3000)
    expect(Object.keys(await shop.load(200, 0)).toSorted()).toEqual(['500 NC', '503 UH'])
  })

  it('headers, paths and methods choose the rule; hosts nobody claims get 404', async () => {
    const canary = { backendRefs: [{ name: 'cart-canary', port: 80 }] }
    const shop = await routed([
      split(100, 0),
      { ...canary, matches: [{ headers: [{ name: 'X-Canary', value: 'yes' }] }] },
      { ...canary, matches: [{ path: { type: 'PathPrefix', value: '/beta' } }] },
      {
        filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }],
        matches: [{ path: { type: 'Exact', value: '/old' } }],
      },
    ])
    expect(verdict(await shop.send('/'))).toBe('v1')
    expect(verdict(await shop.send('/', { 'x-canary': 'yes' }))).toBe('v2')
    expect([verdict(await shop.send('/beta/x')), verdict(await shop.send('/betamax'))]).toEqual(['v2', 'v1'])
    const { answer } = await shop.send('/old')
    expect([answer.status, answer.headers['location']]).toEqual([302, 'https://shop.example.com/old'])
    expect(verdict(await shop.send('/', { host: 'elsewhere.example.com' }))).toBe('404 NR')
  })

  it('filters change headers on both ways; a timeout is kept', async () => {
    const shop = await routed(
      [
        {
          ...split(1, 0),
          filters: [
            { type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [{ name: 'X-Served', value: 'here' }], remove: ['x-pod'] } },
          ],
          timeouts: { request: '50ms' },
        },
      ],
      { pods: { latency: 10 } },
    )
    const { answer } = await shop.send()
    expect(answer.headers).toMatchObject({ 'x-served': 'here', 'x-version': '1' })
    expect(answer.headers).not.toHaveProperty('x-pod')
    shop.sandbox.switches.pods({ version: '1' }, { latency: 200 })
    expect(verdict(await shop.send())).toBe('504 UT')
  })

  it('mirrored requests reach the other version, and nobody waits for it', async () => {
    const shop = await routed([
      { ...split(1, 0), filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'cart-canary', port: 80 } } }] },
    ])
    let mirrored = 0
    const { pods } = shop.sandbox
    const send = pods.send.bind(pods)
    const canaries = shop.list('pods').filter(({ metadata }) => metadata.labels?.['version'] === '2')
    const ips = new Set(canaries.map(({ status }) => (status as { readonly podIP?: string }).podIP))
    pods.send = (to, request, signal) => {
      if (ips.has(to.ip)) mirrored++
      return send(to, request, signal)
    }
    expect(await shop.load(50, 1)).toEqual({ v1: 50 })
    expect(mirrored).toBe(50)
  })

  it('gRPC routes choose by service and method', async () => {
    const shop = await open()
    const matches = [{ method: { service: 'shop.Cart', method: 'Add' } }]
    put(shop, route([{ matches, backendRefs: [{ name: 'cart-canary', port: 80 }] }], 'GRPCRoute'))
    await shop.clock.advance(1000)
    expect(verdict(await shop.send('/shop.Cart/Add'))).toBe('v2')
    expect(verdict(await shop.send('/shop.Cart/Remove'))).toBe('404 NR')
  })

  it('beside a VirtualService for the same host the older one has it alone', async () => {
    const shop = await routed([split(0, 100)])
    await shop.clock.advance(2000)
    shop.apply(virtualService([{ host: 'cart-svc' }]))
    await shop.clock.advance(1000)
    expect(await shop.load(100, 0)).toEqual({ v2: 100 })
    const { objects } = shop.sandbox.apiServer
    objects.delete(resources['HTTPRoute'] ?? '', { namespace: 'shop', name: 'cart' })
    await shop.clock.advance(1000)
    expect(Object.keys(await shop.load(100, 0)).toSorted()).toEqual(['v1', 'v2'])
  })
})

describe('what the status says', () => {
  it('Accepted and ResolvedRefs, of the generation that was looked at', async () => {
    const shop = await routed([split(90, 10)])
    expect(conditions(shop)).toEqual(['Accepted=True Accepted 1', 'ResolvedRefs=True ResolvedRefs 1'])
    put(shop, route([{ backendRefs: [{ name: 'gone', port: 80 }] }]))
    await shop.clock.advance(1000)
    expect(conditions(shop)).toEqual(['Accepted=True Accepted 2', 'ResolvedRefs=False BackendNotFound 2'])
    put(shop, service('gone', '2'))
    await shop.clock.advance(1000)
    expect(conditions(shop)).toEqual(['Accepted=True Accepted 2', 'ResolvedRefs=True ResolvedRefs 2'])
  })

  it('comes after the time it is told to take', async () => {
    const shop = await open({ pace: { gatewayStatus: () => 5000 } })
    put(shop, route([split(90, 10)]))
    await shop.clock.advance(4900)
    expect(conditions(shop)).toEqual([])
    await shop.clock.advance(200)
    expect(conditions(shop)).toHaveLength(2)
  })

  it('leaves what another controller has said of the route', async () => {
    const shop = await routed([split(90, 10)])
    const { objects } = shop.sandbox.apiServer
    const resource = resources['HTTPRoute'] ?? ''
    const object = objects.get(resource, { namespace: 'shop', name: 'cart' }) as KubernetesObject
    const parent = { controllerName: 'example.com/other', parentRef: { name: 'elsewhere' }, conditions: [] }
    objects.updateStatus(resource, { ...object, status: { parents: [...((object.status as RouteStatus).parents ?? []), parent] } }, by)
    put(shop, route([split(50, 50)]))
    await shop.clock.advance(1000)
    const { parents = [] } = (objects.get(resource, { namespace: 'shop', name: 'cart' })?.status ?? {}) as RouteStatus
    expect(parents.map(({ controllerName }) => controllerName).toSorted()).toEqual(['example.com/other', 'istio.io/gateway-controller'])
    expect(conditions(shop)).toContain('Accepted=True Accepted 2')
  })

  it('is written by istiod: while there is none nobody says anything', async () => {
    const shop = await open()
    const { objects } = shop.sandbox.apiServer
    const scale = (replicas: number) =>
      objects.patch('deployments.apps', { namespace: 'istio-system', name: 'istiod' }, { spec: { replicas } }, by)
    scale(0)
    await shop.clock.advance(2000)
    put(shop, route([split(90, 10)]))
    await shop.clock.advance(10_000)
    expect(conditions(shop)).toEqual([])
    scale(1)
    await shop.clock.advance(5000)
    expect(conditions(shop)).toEqual(['Accepted=True Accepted 1', 'ResolvedRefs=True ResolvedRefs 1'])
  })

  it('a Service of another namespace needs a grant of that namespace; another kind is InvalidKind', async () => {
    const shop = await routed([{ backendRefs: [{ name: 'istiod', namespace: 'istio-system', port: 15_014 }] }])
    expect(conditions(shop)[1]).toBe('ResolvedRefs=False RefNotPermitted 1')
    expect(verdict(await shop.send())).toBe('500 NC')
    const spec = { from: [{ group, kind: 'HTTPRoute', namespace: 'shop' }], to: [{ group: '', kind: 'Service' }] }
    const grant = { apiVersion: `${group}/v1`, kind: 'ReferenceGrant', metadata: { name: 'shop', namespace: 'istio-system' }, spec }
    put(shop, grant)
    await shop.clock.advance(1000)
    expect(conditions(shop)[1]).toBe('ResolvedRefs=True ResolvedRefs 1')
    expect(verdict(await shop.send('/metrics'))).not.toBe('500 NC')
    put(shop, route([{ backendRefs: [{ group: 'example.com', kind: 'Bucket', name: 'b' }] }]))
    await shop.clock.advance(1000)
    expect(conditions(shop)[1]).toBe('ResolvedRefs=False InvalidKind 2')
  })

  it('the Gateway is accepted and programmed, with its address and its routes; the class tells what it can', async () => {
    const shop = await routed([split(90, 10)])
    const [object] = shop.list(resources['Gateway'] ?? '')
    expect(object?.status).toMatchObject({
      addresses: [{ value: 'istio-ingressgateway.istio-system.svc.cluster.local' }],
      conditions: [
        { type: 'Accepted', status: 'True', observedGeneration: 1 },
        { type: 'Programmed', status: 'True' },
        { type: 'ResolvedRefs', status: 'True' },
      ],
      listeners: [{ name: 'http', attachedRoutes: 1 }],
    })
    const found = shop.sandbox.apiServer.objects.get(`gatewayclasses.${group}`, { name: 'istio' })
    expect(found?.status).toMatchObject({ conditions: [{ type: 'Accepted', status: 'True' }] })
    expect(JSON.stringify(found?.status)).toContain('HTTPRouteRequestPercentageMirror')
  })

  it('a Gateway of another class is left to others', async () => {
    const shop = await open()
    put(shop, {
      ...gateway,
      metadata: { name: 'other', namespace: 'shop' },
      spec: { ...(gateway.spec as object), gatewayClassName: 'nginx' },
    })
    await shop.clock.advance(2000)
    expect(shop.list(resources['Gateway'] ?? '').find(({ metadata }) => metadata.name === 'other')?.status).toBeUndefined()
  })
})
