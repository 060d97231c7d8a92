import { afterEach, describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import type { Settle } from '#delegate/settle/index.ts'
import type { SettleSettings } from '#model/release/index.ts'
import type { DebugAnswers, MeshOptions } from '#sandbox/mesh/index.ts'
import { deployment } from '../sandbox/shop.ts'
import { openBench, split, type Bench } from './settle-bench.ts'

const opened: Bench[] = []
afterEach(() => opened.splice(0).forEach(bench => bench.close()))

const auto: SettleSettings = { mode: 'auto' }

async function open(mesh: MeshOptions & { readonly istiods?: number; readonly gateways?: number } = {}): Promise<Bench> {
  const bench = await openBench({ mesh }, auto)
  opened.push(bench)
  return bench
}

/** Chooses for the shop's route, as a release does. */
function choose(bench: Bench, settings = auto): Promise<Settle> {
  const routes = bench.shop.list('virtualservices.networking.istio.io')
  return bench.shop.clock.runUntil(bench.settling.settle(bench.cluster, settings, routes))
}

/** A pod that the Gateway selects, with a proxy that no istiod of the sandbox knows. */
async function addProxy(bench: Bench, annotations: Readonly<Record<string, string>>): Promise<void> {
  const { shop } = bench
  const labels = { app: 'other', istio: 'ingressgateway' }
  const template = { metadata: { labels, annotations }, spec: { containers: [{ name: 'app', image: 'acme/proxy:1' }] } }
  shop.apply(deployment('9', 1, { selector: { matchLabels: labels }, template }))
  const isReady = (pod: KubernetesObject): boolean => JSON.stringify(pod.status ?? {}).includes('"type":"Ready","status":"True"')
  await shop.until('the proxy is ready', () => shop.list('pods').some(pod => pod.metadata.labels?.['app'] === 'other' && isReady(pod)))
}

describe('sight of all that a route reaches', () => {
  it('is acknowledgement, with several istiods too', async () => {
    expect(await choose(await open({ istiods: 2, gateways: 2 }))).toMatchObject({ how: 'acknowledged' })
  })

  it('is not lost by a proxy that is away from its istiod: it is waited for', async () => {
    const bench = await open({ gateways: 2 })
    bench.shop.sandbox.mesh.disconnect([...bench.shop.sandbox.mesh.gateways.keys()][0] ?? '')
    expect(await choose(bench)).toMatchObject({ how: 'acknowledged' })
  })

  it('is looked for again for two seconds: a route that was just written is read by then', async () => {
    const bench = await open({ readDelay: () => 800 })
    bench.shop.remove('VirtualService', 'cart')
    await bench.shop.clock.advance(2000)
    bench.shop.apply(split(10))
    expect(await choose(bench)).toMatchObject({ how: 'acknowledged' })
  })
})

describe('sight of a part is never acknowledgement', () => {
  const partial = async (bench: Bench, why: string): Promise<void> => {
    expect(await choose(bench)).toMatchObject({ how: 'seconds', why: expect.stringContaining(why) as string })
    await expect(choose(bench, { mode: 'acknowledged' })).rejects.toMatchObject({
      code: 'SL-SETTLE-CANNOT-ACKNOWLEDGE',
      message: expect.stringContaining(why) as string,
    })
  }

  it('where an istiod lists fewer proxies than it counts', async () => {
    const bench = await open({ gateways: 3, hides: proxy => proxy.endsWith('.istio-system') })
    await partial(bench, 'lists 0 of the 3 proxies that are connected to it')
  })

  it('where istiod does not read the namespace of the route', async () => {
    await partial(await open({ reads: namespace => namespace !== 'shop' }), 'does not read VirtualService shop/cart')
  })

  it('where one of several istiods does not read the route, be it without a proxy now', async () => {
    const names: string[] = []
    const bench = await open({
      istiods: 2,
      gateways: 1,
      reads: (namespace, istiod) => {
        if (!names.includes(istiod)) names.push(istiod)
        return namespace !== 'shop' || istiod === names[0]
      },
    })
    await partial(bench, 'does not read VirtualService shop/cart')
  })

  it('where a proxy belongs to a revision of istiod that does not run here', async () => {
    const bench = await open()
    await addProxy(bench, { 'istio.io/rev': 'canary' })
    await partial(bench, 'belongs to istiod of revision canary')
  })

  it('where none of the proxies is connected and nothing tells to which istiod they belong', async () => {
    const bench = await open({ gateways: 0 })
    await addProxy(bench, {})
    await partial(bench, 'none of 1 proxy that the route reaches is connected to an istiod')
  })

  it.each<[DebugAnswers, string]>([
    [401, 'its own localhost (port-forward) or with a token'],
    [403, 'DEBUG_ENDPOINT_AUTH_ALLOWED_NAMESPACES'],
    [500, 'answers 500'],
    ['nothing', 'no answer within 10 s'],
  ])('where one of two istiods answers %s', async (answers, why) => {
    const names: string[] = []
    const bench = await open({
      istiods: 2,
      debugAnswers: istiod => {
        if (!names.includes(istiod)) names.push(istiod)
        return istiod === names[0] ? answers : 'pages'
      },
    })
    await partial(bench, why)
  })
})

describe('a waypoint', () => {
  it('is expected for a route of the mesh: nothing has arrived while it is away, everything when it is back', async () => {
    const bench = await open()
    const { shop } = bench
    const labels = { app: 'way', 'gateway.networking.k8s.io/gateway-name': 'way' }
    const template = { metadata: { labels }, spec: { containers: [{ name: 'istio-proxy', image: 'istio/proxyv2:1.27.1' }] } }
    shop.apply(deployment('9', 1, { selector: { matchLabels: labels }, template }))
    const service = shop.list('services').find(({ metadata }) => metadata.name === 'cart-svc')
    if (service) shop.apply({ ...service, metadata: { ...service.metadata, labels: { 'istio.io/use-waypoint': 'way' } } })
    const way = (): string => [...shop.sandbox.mesh.gateways.keys()].find(name => name.startsWith('cart-v9')) ?? ''
    await shop.until('the waypoint runs', () => shop.sandbox.mesh.homeOf(way()) !== undefined)
    await shop.clock.advance(15_000)
    const route = split(30)
    const inMesh = { ...route, spec: { ...(route.spec as object), hosts: ['cart-svc'], gateways: ['mesh', 'cart-gateway'] } }
    shop.sandbox.mesh.disconnect(way())
    bench.apply(inMesh)
    await bench.lookUntil(seen => seen.routes[0]?.says.includes('1 of 2 proxies, 1 not connected') ?? false)
    await shop.clock.advance(60_000)
    expect((await bench.look()).routes[0]?.reached, 'never everywhere without it').not.toBe('removal')
    shop.sandbox.mesh.connect(way())
    await bench.lookUntil(seen => seen.routes[0]?.reached === 'removal')
    expect((await bench.look()).routes[0]?.says).toBe('2 of 2 proxies')
  })
})
