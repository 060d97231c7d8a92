import { describe, expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import { byGatewayApi } from './by-gateway-api.ts'
import { lateMesh, type CartWorldOptions } from './cart-world.ts'
import { pinned, prepared, returned, split, wholeCanary } from './goals.ts'
import { destinations, play, twoHosts, twoRoutes } from './routes-world.ts'
import { openCart } from './story.ts'
import { resting } from './told-apart-world.ts'

type Objects = readonly KubernetesObject[]

describe('a release with a route for the gateway and one for another host', () => {
  it('moves both in order, each settled, and brings both to rest', async () => {
    const world = await openCart(twoRoutes)
    const before = resting(world)

    const tally = await play(world, world.release('2.0.0', 'k3f9'), wholeCanary, twoHosts)

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(tally.byVersion['2.0.0']).toBeGreaterThan(100)
    expect(resting(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  })

  it('takes both back', async () => {
    const world = await openCart(twoRoutes)
    const before = resting(world)

    const tally = await play(world, world.release('2.0.0', 'k3f9'), [pinned, prepared(), split(50), returned], twoHosts)

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(resting(world)).toBe(before)
  })

  it('is told apart where the service does not say that both carry its traffic', async () => {
    const world = await openCart({ ...twoRoutes, seed: 8 })

    await expect(world.inspect(world.release('2.0.0', 'k3f9', { managed: ['cart-virtualservice', 'nobody'] }))).rejects.toMatchObject({
      code: 'SL-RELEASE-ROUTE-NOT-FOUND',
    })
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
    const world = await openCart(several)

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
    const world = await openCart(several)
    const before = resting(world)

    await play(world, world.release('2.0.0', 'k3f9'), wholeCanary, ['test.com'])

    expect(resting(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  })
})

describe('a canary with a Service of its own', () => {
  const isolated: CartWorldOptions = { ...lateMesh(11), more: { isolate: true } }

  it('is released without a subset, out of reach of callers that bypass the route', async () => {
    const world = await openCart(isolated)
    const before = resting(world)

    const tally = await play(world, world.release('2.0.0', 'k3f9'), wholeCanary, ['test.com'])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(tally.byVersion['2.0.0']).toBeGreaterThan(100)
    expect(resting(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  })

  it.each([2, 3, 4])('goes back from goal %i: the old version, no request lost, everything as it was', async goal => {
    const world = await openCart({ ...isolated, seed: 20 + goal })
    const before = resting(world)

    const tally = await play(world, world.release('2.0.0', 'k3f9'), [...wholeCanary.slice(0, goal + 1), returned], ['test.com'])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(resting(world)).toBe(before)
  })
})

describe('an HTTPRoute', () => {
  it('is split between Services, and brought to rest as the manifests say', async () => {
    const world = await openCart({ ...lateMesh(31), change: byGatewayApi })
    const before = resting(world)

    const tally = await play(world, world.release('2.0.0', 'k3f9'), wholeCanary, ['test.com'])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(tally.byVersion['2.0.0']).toBeGreaterThan(100)
    expect(resting(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  })

  it("arrives by acknowledgement at Istio's gateways, with no request lost", async () => {
    const late = lateMesh(61)
    const world = await openCart({
      ...late,
      change: byGatewayApi,
      settle: 'acknowledged',
      mesh: { ...late.mesh, version: '1.30.0', istiods: 2 },
    })
    const before = resting(world)
    const release = world.release('2.0.0', 'k3f9')
    expect((await world.inspect(release)).settle).toEqual({ how: 'acknowledged', why: '2 istiods tell what 2 proxies have' })

    const tally = await play(world, release, wholeCanary, ['test.com'])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(world.told.map(({ says }) => says).join()).toMatch(/of 2 proxies/)
    expect(resting(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  })

  it.each([3, 4])('goes back from goal %i', async goal => {
    const world = await openCart({ ...lateMesh(40 + goal), change: byGatewayApi })
    const before = resting(world)

    const tally = await play(world, world.release('2.0.0', 'k3f9'), [...wholeCanary.slice(0, goal + 1), returned], ['test.com'])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(resting(world)).toBe(before)
  })
})
