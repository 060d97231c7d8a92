import { afterEach, describe, expect, it } from 'vitest'
import { canonicalJson, type Json, type KubernetesObject } from '#base/index.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import type { Goal } from '#model/release/index.ts'
import { byGatewayApi } from './by-gateway-api.ts'
import { CartWorld, lateMesh, type CartWorldOptions } from './cart-world.ts'
import { pinned, prepared, returned, split, wholeCanary } from './goals.ts'

const worlds: CartWorld[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(world => world.close()))
})

type Objects = readonly KubernetesObject[]

async function open(options: CartWorldOptions): Promise<CartWorld> {
  const world = await CartWorld.open(options)
  worlds.push(world)
  return world
}

const withoutRecord = (objects: readonly unknown[]): string =>
  canonicalJson(objects.filter(object => (object as { kind: string }).kind !== 'ConfigMap') as Json)

function destinations(world: CartWorld, name: string): unknown {
  const route = world.sandbox.apiServer.objects.get('virtualservices.networking.istio.io', { namespace: 'shop', name })
  return (route?.spec as { http: { route: unknown }[] } | undefined)?.http.map(entry => entry.route)
}

/** Runs the goals under load, each followed by two quiet seconds, and gives what the load got. */
async function play(world: CartWorld, release: ReturnType<CartWorld['release']>, goals: readonly Goal[], hosts: readonly string[]) {
  const { snapshot, findings } = await world.inspect(release)
  expect(findings.filter(each => each.level === 'refuse')).toEqual([])
  world.ledger.start(20, hosts)
  for (const [index, goal] of goals.entries()) {
    expect(await world.reach(release, snapshot, goal, index + 1)).toMatchObject({ is: 'reached' })
    await world.clock.advance(2000)
  }
  return world.clock.runUntil(world.ledger.stop())
}

/** A webhook that refuses a split of 25 % in one of the routes. */
function refusing(cluster: Cluster, webhook: { readonly refuses: boolean }): Cluster {
  const message = 'admission webhook "policy.example.com" denied the request: no weight of 25'
  return {
    ...cluster,
    request: (request, signal) => {
      const concerns =
        request.method === 'PATCH' && request.path.includes('/cart-inside') && /"(weight|value)":25\b/.test(JSON.stringify(request.body))
      if (!concerns || !webhook.refuses) return cluster.request(request, signal)
      return Promise.resolve({
        status: 403,
        warnings: [],
        body: { kind: 'Status', status: 'Failure', reason: 'Forbidden', code: 403, message },
      })
    },
  }
}

describe('a release with a route for the gateway and one for another host', () => {
  const change = (objects: Objects): Objects =>
    objects.flatMap(object =>
      object.kind === 'VirtualService'
        ? [
            object,
            {
              ...object,
              metadata: { ...object.metadata, name: 'cart-inside' },
              spec: { ...(object.spec as object), hosts: ['inside.com'] },
            },
          ]
        : [object],
    )
  const twoRoutes: CartWorldOptions = { ...lateMesh(7), change, more: { managed: 'all' } }
  const hosts = ['test.com', 'inside.com']

  it('moves both in order, each settled, and brings both to rest', async () => {
    const world = await open(twoRoutes)
    const before = withoutRecord(world.resting())

    const tally = await play(world, world.release('2.0.0', 'k3f9'), wholeCanary, hosts)

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(tally.byVersion['2.0.0']).toBeGreaterThan(100)
    expect(withoutRecord(world.resting())).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  })

  it('takes both back', async () => {
    const world = await open(twoRoutes)
    const before = withoutRecord(world.resting())

    const tally = await play(world, world.release('2.0.0', 'k3f9'), [pinned, prepared(), split(50), returned], hosts)

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(withoutRecord(world.resting())).toBe(before)
  })

  it('is told apart where the service does not say that both carry its traffic', async () => {
    const world = await open({ ...twoRoutes, seed: 8 })

    await expect(world.inspect(world.release('2.0.0', 'k3f9', { managed: ['cart-virtualservice', 'nobody'] }))).rejects.toMatchObject({
      code: 'SL-RELEASE-ROUTE-NOT-FOUND',
    })
  })

  it('argo 18: goes back where the webhook refuses the second: no request lost, everything as before', async () => {
    const webhook = { refuses: true }
    const world = await open({ ...twoRoutes, through: cluster => refusing(cluster, webhook) })
    const before = withoutRecord(world.resting())
    const release = world.release('2.0.0', 'k3f9')
    const { snapshot } = await world.inspect(release)
    world.ledger.start(20, hosts)
    for (const [index, goal] of [pinned, prepared()].entries()) await world.reach(release, snapshot, goal, index + 1)

    await expect(world.reach(release, snapshot, split(25), 3)).rejects.toMatchObject({
      message: expect.stringContaining('no weight of 25') as string,
    })
    expect(destinations(world, 'cart-inside')).toMatchObject([[{ weight: 100 }, { weight: 0 }]])
    await world.reach(release, snapshot, returned, 4)

    const tally = await world.clock.runUntil(world.ledger.stop())
    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(withoutRecord(world.resting())).toBe(before)
  })
})

describe('a route with several managed entries', () => {
  const change = (objects: Objects): Objects =>
    objects.map(object => {
      if (object.kind !== 'VirtualService') return object
      const route: Json = [{ destination: { host: 'cart-svc' } }]
      const http: Json = [
        { name: 'api', match: [{ uri: { prefix: '/api' } }], route },
        { name: 'old', match: [{ uri: { prefix: '/old' } }], redirect: { uri: '/' } },
        { name: 'web', route },
      ]
      return { ...object, spec: { ...(object.spec as object), http } }
    })

  const several: CartWorldOptions = { ...lateMesh(9), change, more: { routes: 'all' } }

  it('moves them together, and leaves the others alone', async () => {
    const world = await open(several)

    const tally = await play(world, world.release('2.0.0', 'k3f9'), [pinned, prepared(), split(10)], ['test.com'])

    const [api, old, web] = destinations(world, 'cart-virtualservice') as [unknown, unknown, unknown]
    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0 })
    expect([api, web]).toMatchObject([
      [{ weight: 10 }, { weight: 90 }],
      [{ weight: 10 }, { weight: 90 }],
    ])
    expect(old).toBeUndefined()
  })

  it('brings them to rest together', async () => {
    const world = await open(several)
    const before = withoutRecord(world.resting())

    await play(world, world.release('2.0.0', 'k3f9'), wholeCanary, ['test.com'])

    expect(withoutRecord(world.resting())).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  })
})

describe('a canary with a Service of its own', () => {
  const isolated: CartWorldOptions = { ...lateMesh(11), more: { isolate: true } }

  it('is released without a subset, out of reach of callers that bypass the route', async () => {
    const world = await open(isolated)
    const before = withoutRecord(world.resting())

    const tally = await play(world, world.release('2.0.0', 'k3f9'), wholeCanary, ['test.com'])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(tally.byVersion['2.0.0']).toBeGreaterThan(100)
    expect(withoutRecord(world.resting())).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  })

  it('row 3: never has a pod behind the stable Service', async () => {
    const world = await open(isolated)
    const release = world.release('2.0.0', 'k3f9')
    const { snapshot } = await world.inspect(release)
    for (const [index, goal] of [pinned, prepared(), split(50)].entries()) await world.reach(release, snapshot, goal, index + 1)

    const behind = (name: string): number =>
      world.sandbox.apiServer.objects
        .list('endpointslices.discovery.k8s.io', 'shop')
        .filter(slice => slice.metadata.labels?.['kubernetes.io/service-name'] === name)
        .flatMap(slice => (slice['endpoints'] ?? []) as readonly Json[]).length
    expect([behind('cart-svc'), behind('cart-svc-canary')]).toEqual([4, 2])
  })

  it.each([2, 3, 4])('goes back from goal %i: the old version, no request lost, everything as it was', async goal => {
    const world = await open({ ...isolated, seed: 20 + goal })
    const before = withoutRecord(world.resting())

    const tally = await play(world, world.release('2.0.0', 'k3f9'), [...wholeCanary.slice(0, goal + 1), returned], ['test.com'])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(withoutRecord(world.resting())).toBe(before)
  })
})

describe('an HTTPRoute', () => {
  it('is split between Services, and brought to rest as the manifests say', async () => {
    const world = await open({ ...lateMesh(31), change: byGatewayApi })
    const before = withoutRecord(world.resting())

    const tally = await play(world, world.release('2.0.0', 'k3f9'), wholeCanary, ['test.com'])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(tally.byVersion['2.0.0']).toBeGreaterThan(100)
    expect(withoutRecord(world.resting())).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  })

  it("arrives by acknowledgement at Istio's gateways, with no request lost", async () => {
    const late = lateMesh(61)
    const world = await open({
      ...late,
      change: byGatewayApi,
      settle: 'acknowledged',
      mesh: { ...late.mesh, version: '1.30.0', istiods: 2 },
    })
    const before = withoutRecord(world.resting())
    const release = world.release('2.0.0', 'k3f9')
    expect((await world.inspect(release)).settle).toEqual({ how: 'acknowledged', why: '2 istiods tell what 2 proxies have' })

    const tally = await play(world, release, wholeCanary, ['test.com'])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(world.told.map(({ says }) => says).join()).toMatch(/of 2 proxies/)
    expect(withoutRecord(world.resting())).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  })

  it.each([3, 4])('goes back from goal %i', async goal => {
    const world = await open({ ...lateMesh(40 + goal), change: byGatewayApi })
    const before = withoutRecord(world.resting())

    const tally = await play(world, world.release('2.0.0', 'k3f9'), [...wholeCanary.slice(0, goal + 1), returned], ['test.com'])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(withoutRecord(world.resting())).toBe(before)
  })
})

/** The cart's manifests for a service that is not there yet. */
function renamed(object: KubernetesObject): KubernetesObject {
  return JSON.parse(JSON.stringify(object).replaceAll('cart', 'tea').replaceAll('test.com', 'tea.com')) as KubernetesObject
}

describe('row 20: blue/green', () => {
  const swap: Goal = {
    to: 'split',
    fixed: false,
    rows: [
      { to: 'stable', weight: 0 },
      { to: 'canary', weight: 100 },
    ],
  }
  const goals: readonly Goal[] = [pinned, prepared(100), swap, { to: 'atRest', promotes: true }]
  /** A route that nobody manages, to the bare Service: only its selector can move traffic. */
  const withoutMesh = (objects: Objects): Objects =>
    objects
      .filter(object => object.kind !== 'DestinationRule')
      .map(object =>
        object.kind === 'VirtualService' ? { ...object, metadata: { name: object.metadata.name, namespace: 'shop' } } : object,
      )
  const stage: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'cart-stage', namespace: 'shop', annotations: { 'sluice.dev/stage-service': 'true' } },
    spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  }
  const ways: readonly (readonly [string, CartWorldOptions])[] = [
    ['by a managed route', { ...lateMesh(51), more: { blueGreen: true } }],
    ['by the Service alone', { ...lateMesh(52), change: withoutMesh, more: { blueGreen: true } }],
    [
      'by the Service, with a stage Service of the manifests',
      { ...lateMesh(53), change: objects => [...withoutMesh(objects), stage], more: { blueGreen: true } },
    ],
  ]

  it('is planned and run for a first deployment too: there is nobody to swap', async () => {
    const world = await open({ more: { blueGreen: true } })
    const release = world.release('2.0.0', 'k3f9', {}, objects => objects.map(renamed))
    const { snapshot } = await world.inspect(release)
    expect(snapshot.first).toBe(true)

    for (const [index, goal] of goals.entries())
      expect(await world.reach(release, snapshot, goal, index + 1)).toMatchObject({ is: 'reached' })

    await world.clock.advance(5000)
    expect(world.sandbox.apiServer.objects.get('deployments.apps', { namespace: 'shop', name: 'tea' })?.status).toMatchObject({
      readyReplicas: 4,
    })
    expect(world.sandbox.apiServer.objects.list('leases.coordination.k8s.io', 'shop')).toEqual([])
  })

  it.each(ways)('%s: everybody at once, no request lost, at rest as the manifests say', async (_, options) => {
    const world = await open(options)
    const before = withoutRecord(world.resting())

    const tally = await play(world, world.release('2.0.0', 'k3f9'), goals, ['test.com'])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(tally.byVersion['2.0.0']).toBeGreaterThan(100)
    expect(withoutRecord(world.resting())).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  })

  it.each(ways)('%s: back in one move while the former version is kept', async (_, options) => {
    const world = await open(options)
    const before = withoutRecord(world.resting())

    const tally = await play(world, world.release('2.0.0', 'k3f9'), [...goals.slice(0, 3), returned], ['test.com'])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(withoutRecord(world.resting())).toBe(before)
  })
})
