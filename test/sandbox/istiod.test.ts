import { afterEach, describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { destinationRule, openShop, virtualService, type Shop } from './shop.ts'

const opened: Shop[] = []
afterEach(() => opened.splice(0).forEach(shop => shop.stop()))

async function open(options: Parameters<typeof openShop>[0] = {}): Promise<Shop> {
  const shop = await openShop({ versions: ['1', '2'], ...options })
  opened.push(shop)
  shop.apply(destinationRule(['1', '2']))
  shop.apply(virtualService([{ subset: 'v1' }]))
  // Longer than the slowest debounce of these tests, twice.
  await shop.clock.advance(8000)
  return shop
}

interface Sync {
  readonly proxy: string
  readonly istio_version: string
  readonly cluster_sent: string
  readonly route_sent: string
  readonly route_acked: string
  readonly endpoint_sent: string
  readonly endpoint_acked: string
  readonly resources: Readonly<
    Record<string, { readonly sent: string; readonly acked: string; readonly sentTime: string; readonly lastError?: string }>
  >
}

const routeType = 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration'

function istiods(shop: Shop): readonly { readonly namespace: string; readonly name: string }[] {
  const pods = shop.sandbox.apiServer.objects.list('pods', 'istio-system')
  return pods
    .filter(pod => pod.metadata.labels?.['app'] === 'istiod')
    .map(({ metadata }) => ({ namespace: 'istio-system', name: metadata.name }))
}

async function page<T>(shop: Shop, path: string, istiod = istiods(shop)[0]!, port = 15_014): Promise<T> {
  const { status, body } = await shop.settle(shop.sandbox.cluster.podHttp(istiod, port, { path }))
  expect(status).toBe(200)
  return (path.startsWith('/debug') ? JSON.parse(body) : body) as T
}

const syncz = async (shop: Shop): Promise<Sync> => (await page<readonly Sync[]>(shop, '/debug/syncz'))[0]!

/** The push number in a nonce. */
const numberOf = (nonce: string): number => Number(/Z\/(\d+)[0-9a-f-]{36}$/.exec(nonce)?.[1])

async function pushes(shop: Shop): Promise<{ readonly count: number; readonly sum: number }> {
  const metrics = await page<string>(shop, '/metrics')
  const of = (name: string): number => Number(new RegExp(`^pilot_pushcontext_init_seconds_${name} (\\S+)$`, 'm').exec(metrics)?.[1])
  return { count: of('count'), sum: of('sum') }
}

describe('istiod, as facts/measured.md and design §4.5 tell', () => {
  it('serves syncz, configz, endpointShardz on both ports, and its metrics on 15014', async () => {
    const shop = await open()
    const one = await syncz(shop)
    expect(one.proxy).toMatch(/^istio-ingressgateway-.*\.istio-system$/)
    expect(one.istio_version).toBe('1.27.1')
    expect(one.route_sent).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\/\d+[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(one.route_acked).toBe(one.route_sent)
    expect(one.resources[routeType]).toMatchObject({ sent: one.route_sent, acked: one.route_acked })
    expect(await page(shop, '/debug/syncz?namespace=shop')).toEqual([])
    expect(await page<readonly object[]>(shop, '/debug/syncz', undefined, 8080)).toHaveLength(1)
    const configs = await page<readonly KubernetesObject[]>(shop, '/debug/configz')
    expect(configs.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
      'DestinationRule shop/cart',
      'Gateway shop/cart-gateway',
      'GatewayClass undefined/istio',
      'VirtualService shop/cart',
    ])
    const stored = shop.list('virtualservices.networking.istio.io')[0]!
    expect(configs.find(({ kind }) => kind === 'VirtualService')?.metadata).toMatchObject({
      uid: stored.metadata.uid,
      resourceVersion: stored.metadata.resourceVersion,
      generation: 1,
    })
    expect(await page<string>(shop, '/metrics')).toContain('pilot_info{version="1.27.1')
    expect((await pushes(shop)).count).toBe(numberOf(one.route_sent))
  })

  it('lists endpoints with their health: 1 healthy, 2 not ready, 4 terminating', async () => {
    const shop = await open({ replicas: 1 })
    const shards = async (): Promise<readonly { readonly Addresses: readonly string[]; readonly HealthStatus: number }[]> => {
      const all = await page<Record<string, Record<string, { Shards: Record<string, []> }>>>(shop, '/debug/endpointShardz')
      return all['cart-svc.shop.svc.cluster.local']!['shop']!.Shards['Kubernetes/Kubernetes'] ?? []
    }
    expect((await shards()).map(one => one.HealthStatus)).toEqual([1, 1])
    shop.sandbox.switches.pods({ version: '2' }, { readyAfter: 'never' })
    await shop.clock.advance(100)
    expect((await shards()).map(one => one.HealthStatus).toSorted()).toEqual([1, 2])
    shop.sandbox.switches.pods({ version: '1' }, { stops: 'gracefully' })
    shop.apply({ ...shop.list('deployments.apps')[0]!, metadata: { name: 'cart-v1' } } as KubernetesObject)
    const pod = shop.list('pods').find(({ metadata }) => metadata.labels?.['version'] === '1')!
    shop.sandbox.apiServer.objects.patch('pods', pod.metadata as never, { metadata: { finalizers: ['test/hold'] } }, { manager: 'test' })
    shop.sandbox.apiServer.objects.delete('pods', pod.metadata as never)
    await shop.clock.advance(100)
    const address = (pod.status as { podIP: string }).podIP
    expect((await shards()).find(one => one.Addresses[0] === address)?.HealthStatus).toBe(4)
  })

  it('has read an object 1 to 10 ms after the write, and the gateway acknowledges it one debounce later', async () => {
    const shop = await open({ mesh: { debounce: { after: 3000 } } })
    const before = await syncz(shop)
    const written = shop.apply(virtualService([{ subset: 'v2' }]))
    const at = shop.clock.now()
    let read = 0
    for (;;) {
      const configs = await page<readonly KubernetesObject[]>(shop, '/debug/configz')
      if (!read && configs.some(({ metadata }) => metadata.resourceVersion === written.metadata.resourceVersion))
        read = shop.clock.now() - at
      const now = await syncz(shop)
      if (now.route_acked !== before.route_acked && now.route_acked === now.route_sent) break
      await shop.clock.advance(1)
    }
    expect(read).toBeGreaterThanOrEqual(1)
    expect(read).toBeLessThanOrEqual(10)
    expect(shop.clock.now() - at).toBeGreaterThanOrEqual(3000)
    expect(shop.clock.now() - at).toBeLessThanOrEqual(3030)
  })

  it('tells a refusal in syncz, in Envoy’s words, until a good route comes', async () => {
    const shop = await open({ webhook: false })
    const good = await syncz(shop)
    shop.apply(virtualService([{ subset: 'v1' }, { subset: 'v2' }]))
    await shop.clock.advance(500)
    const bad = await syncz(shop)
    expect(bad.route_acked).toBe(good.route_acked)
    expect(bad.route_sent).not.toBe(bad.route_acked)
    expect(bad.resources[routeType]!.lastError).toMatch(/WeightedCluster.*value must contain at least 1 item/)
    expect(await shop.load(50, 0)).toEqual({ v1: 50 })
    shop.apply(virtualService([{ subset: 'v2' }]))
    await shop.clock.advance(500)
    const mended = await syncz(shop)
    expect(mended.route_acked).toBe(mended.route_sent)
    expect(mended.resources[routeType]).not.toHaveProperty('lastError')
  })

  it('numbers pushes: the metric equals the push number, and the growth of the sum is the duration of the push', async () => {
    const shop = await open()
    const before = await pushes(shop)
    const at = shop.clock.now()
    shop.apply(virtualService([{ subset: 'v2' }]))
    while ((await pushes(shop)).count === before.count) await shop.clock.advance(0.5)
    const after = await pushes(shop)
    const started = shop.clock.now() - (after.sum - before.sum) * 1000
    expect(after.count).toBe(before.count + 1)
    expect(started - at).toBeGreaterThanOrEqual(99)
    expect(started - at).toBeLessThanOrEqual(112)
    await shop.clock.advance(50)
    expect(numberOf((await syncz(shop)).route_acked)).toBe(after.count)
  })

  it('merges changes, and pushes at the latest one debounce behind the debounce maximum while changes keep coming', async () => {
    const shop = await open({ mesh: { debounce: { after: 3000 } } })
    await shop.clock.advance(15_000)
    const before = await pushes(shop)
    const first = shop.clock.now()
    for (let n = 0; (await pushes(shop)).count === before.count; n++) {
      shop.apply(virtualService([{ subset: n % 2 === 0 ? 'v2' : 'v1' }]))
      await shop.clock.advance(700)
    }
    expect(shop.clock.now() - first).toBeGreaterThan(9900)
    expect(shop.clock.now() - first).toBeLessThan(13_800)
  })

  it('does not push for a write that changes only metadata, but shows its resourceVersion', async () => {
    const shop = await open()
    const before = await syncz(shop)
    const route = shop.list('virtualservices.networking.istio.io')[0]!
    const written = shop.apply({ ...route, metadata: { ...route.metadata, annotations: { note: 'hello' } } })
    await shop.clock.advance(500)
    expect(await syncz(shop)).toEqual(before)
    const configs = await page<readonly KubernetesObject[]>(shop, '/debug/configz')
    expect(configs.map(({ metadata }) => metadata.resourceVersion)).toContain(written.metadata.resourceVersion)
  })

  it('pushes for metadata where a key contains istio.io, and for every write to a DestinationRule with a short host', async () => {
    const shop = await open()
    const noted = async (resource: string, annotations: Readonly<Record<string, string>>): Promise<boolean> => {
      const before = await syncz(shop)
      const object = shop.list(resource)[0]!
      shop.apply({ ...object, metadata: { ...object.metadata, annotations } })
      await shop.clock.advance(500)
      return (await syncz(shop)).route_sent !== before.route_sent
    }
    expect(await noted('virtualservices.networking.istio.io', { 'my.istio.io/x': '1' })).toBe(true)
    expect(await noted('destinationrules.networking.istio.io', { note: '1' })).toBe(true)
    const rule = shop.list('destinationrules.networking.istio.io')[0]!
    shop.apply({ ...rule, spec: { ...(rule.spec as object), host: 'cart-svc.shop.svc.cluster.local' } })
    await shop.clock.advance(500)
    expect(await noted('destinationrules.networking.istio.io', { note: '2' })).toBe(false)
  })

  for (const [version, rises] of [
    ['1.29.2', false],
    ['1.30.0', true],
  ] as const)
    it(`acknowledges endpoints alone by another endpoint nonce; Istio ${version} ${rises ? 'counts' : 'does not count'} such a push`, async () => {
      const shop = await open({ mesh: { version } })
      const before = await syncz(shop)
      shop.scale('cart-v1', 1)
      await shop.clock.advance(1000)
      const after = await syncz(shop)
      expect(after.route_sent).toBe(before.route_sent)
      expect(after.endpoint_acked).not.toBe(before.endpoint_acked)
      expect(after.endpoint_acked).toBe(after.endpoint_sent)
      const last = Math.max(numberOf(before.route_sent), numberOf(before.endpoint_sent))
      expect(numberOf(after.endpoint_acked) > last).toBe(rises)
    })

  it('does not push for a pod that comes and is not ready yet', async () => {
    const shop = await open()
    const before = await syncz(shop)
    shop.sandbox.switches.pods(pod => pod.metadata.name.startsWith('cart'), { readyAfter: 'never' })
    await shop.clock.advance(1000)
    const unready = await syncz(shop)
    expect(unready.endpoint_sent).not.toBe(before.endpoint_sent)
    shop.scale('cart-v1', 3)
    await shop.clock.advance(1000)
    expect(await syncz(shop)).toEqual(unready)
  })

  it('does not push to a gateway that a VirtualService does not reach', async () => {
    const shop = await open()
    const before = await syncz(shop)
    const other = virtualService([{ subset: 'v2' }], 'elsewhere')
    shop.apply({ ...other, spec: { ...(other.spec as object), gateways: ['another-gateway'] } })
    await shop.clock.advance(500)
    expect(await syncz(shop)).toEqual(before)
    expect((await pushes(shop)).count).toBe(numberOf(before.route_sent) + 1)
  })
})

describe('gateways and their istiods', () => {
  const home = (shop: Shop): { readonly gateway: string; readonly istiod: string | undefined } => {
    const gateway = [...shop.sandbox.mesh.gateways.keys()][0]!
    return { gateway, istiod: shop.sandbox.mesh.homeOf(gateway) }
  }

  it('a gateway that is cut off is absent from syncz, keeps its routes, and gets the present ones when it is back', async () => {
    const shop = await open()
    const { gateway } = home(shop)
    shop.sandbox.mesh.disconnect(gateway)
    expect(await page(shop, '/debug/syncz')).toEqual([])
    shop.apply(virtualService([{ subset: 'v2' }]))
    await shop.clock.advance(1000)
    expect(await shop.load(20, 0)).toEqual({ v1: 20 })
    shop.sandbox.mesh.connect(gateway)
    await shop.clock.advance(100)
    expect(await shop.load(20, 0)).toEqual({ v2: 20 })
  })

  it('a gateway that connects gets new nonces under the number of the last push, not of a push that is waiting', async () => {
    const shop = await open({ mesh: { debounce: { after: 3000 } } })
    const before = await syncz(shop)
    shop.apply(virtualService([{ subset: 'v2' }]))
    await shop.clock.advance(500)
    const { gateway } = home(shop)
    shop.sandbox.mesh.disconnect(gateway)
    shop.sandbox.mesh.connect(gateway)
    await shop.clock.advance(100)
    const after = await syncz(shop)
    expect(after.route_acked).not.toBe(before.route_acked)
    expect(after.route_acked).toBe(after.route_sent)
    expect(numberOf(after.route_acked)).toBe(numberOf(before.route_acked))
    expect(await shop.load(20, 0)).toEqual({ v1: 20 })
  })

  it('each istiod knows only its own gateways; one that moves may get older routes', async () => {
    const shop = await open({ mesh: { istiods: 2, gateways: 3 } })
    const counts = await Promise.all(
      istiods(shop).map(async istiod => (await page<readonly object[]>(shop, '/debug/syncz', istiod)).length),
    )
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3)
    const { gateway, istiod } = home(shop)
    const other = istiods(shop).find(({ name }) => name !== istiod)!
    shop.sandbox.mesh.connect(gateway, other.name)
    await shop.clock.advance(100)
    const [synced] = (await page<readonly Sync[]>(shop, '/debug/syncz', other)).filter(({ proxy }) => proxy.startsWith(gateway))
    expect(synced!.route_acked).toBe(synced!.route_sent)
  })

  it('a new istiod begins to count at 1, and the gateway is served again', async () => {
    const shop = await open()
    shop.apply(virtualService([{ subset: 'v2' }]))
    await shop.clock.advance(500)
    const old = istiods(shop)[0]!
    expect((await pushes(shop)).count).toBeGreaterThan(2)
    shop.sandbox.apiServer.objects.delete('pods', old)
    await shop.until('another istiod serves', () =>
      istiods(shop).some(({ name }) => name !== old.name && shop.sandbox.mesh.homeOf(home(shop).gateway) === name),
    )
    await shop.clock.advance(1000)
    expect((await pushes(shop)).count).toBe(1)
    expect(numberOf((await syncz(shop)).route_acked)).toBe(1)
    expect(await shop.load(20, 0)).toEqual({ v2: 20 })
  })

  it('without any istiod its objects cannot be written, and the gateway keeps what it has', async () => {
    const shop = await open()
    shop.sandbox.apiServer.objects.patch(
      'deployments.apps',
      { namespace: 'istio-system', name: 'istiod' },
      { spec: { replicas: 0 } },
      { manager: 'test' },
    )
    await shop.until('no istiod', () => istiods(shop).length === 0)
    expect(() => shop.apply(virtualService([{ subset: 'v2' }]))).toThrow(/failed calling webhook "validation.istio.io"/)
    expect(await shop.load(20, 0)).toEqual({ v1: 20 })
  })
})

describe('the order in which things arrive', () => {
  it('types travel on their own: a route may arrive before the subset that it names, from one push', async () => {
    const slow = { clusters: 700, endpoints: 10, listeners: 10, routes: 10 } as const
    const shop = await open({ mesh: { propagation: ({ type }) => slow[type] } })
    shop.apply(destinationRule(['1', '2', '3']))
    shop.apply(virtualService([{ subset: 'v3' }]))
    await shop.clock.advance(400)
    expect(await shop.load(20, 0)).toEqual({ '503 NC': 20 })
    await shop.clock.advance(600)
    expect(await shop.load(20, 0)).toEqual({ '503 UH': 20 })
  })

  it('every gateway has its own age', async () => {
    const shop = await open({ mesh: { gateways: 2, propagation: ({ proxy }) => (proxy.length % 2 === 0 ? 5 : 5) } })
    expect(shop.sandbox.gateways()).toHaveLength(2)
    const [first, second] = shop.sandbox.gateways()
    shop.sandbox.mesh.disconnect(first!.peer.id.split('.')[0]!)
    shop.apply(virtualService([{ subset: 'v2' }]))
    await shop.clock.advance(500)
    const request = { method: 'GET', path: '/', headers: { host: 'shop.example.com' } }
    const versions = await Promise.all(
      [first!, second!].map(async gateway => (await shop.settle(gateway.send(request))).answer.headers['x-version']),
    )
    expect(versions).toEqual(['1', '2'])
  })
})
