// The route has a third destination with a weight of its own, headers and a timeout; a colleague edits a label while a release runs.
// Whoever writes the whole object takes their share away, and whoever restores a saved one undoes their edit. Sluice divides only
// the share that is its own, keeps the settings on both rows, and gives back leaves, not objects.
import { describe, expect, it } from 'vitest'
import type { Json } from '#base/index.ts'
import type { CartWorld } from '../cart-world.ts'
import { pinned, prepared, returned, split } from '../goals.ts'
import { at, inShop, openCart, reachAll, someone, virtualServices, withSpec } from '../story.ts'

const route = virtualServices

describe('row 29, argo 15: what is not ours in the route', () => {
  const rows = [
    { destination: { host: 'cart-svc' }, weight: 70, headers: { request: { set: { 'x-team': 'shop' } } } },
    { destination: { host: 'legacy-svc' }, weight: 30 },
  ]
  const foreign = withSpec('VirtualService', { http: [{ timeout: '3s', route: rows as unknown as Json }] })

  async function openForeign(): Promise<CartWorld> {
    const world = await openCart()
    world.sandbox.apiServer.objects.patch(
      route,
      inShop('cart-virtualservice'),
      { spec: { http: [{ timeout: '3s', route: rows as unknown as Json }] } },
      someone,
    )
    await world.clock.advance(1000)
    return world
  }

  it('keeps the share of a foreign destination, and the settings of ours on both rows', async () => {
    const world = await openForeign()
    await reachAll(world, world.release('2.0.0', 'k3f9', {}, foreign), [pinned, prepared(), split(50)])

    const [http] = at(world.sandbox.apiServer.objects.get(route, inShop('cart-virtualservice')), 'http') as {
      timeout: string
      route: object[]
    }[]
    expect(http?.timeout).toBe('3s')
    expect(http?.route).toMatchObject([
      { destination: { subset: 'canary' }, weight: 35, headers: { request: { set: { 'x-team': 'shop' } } } },
      { destination: { subset: 'stable' }, weight: 35, headers: { request: { set: { 'x-team': 'shop' } } } },
      { destination: { host: 'legacy-svc' }, weight: 30 },
    ])
  })

  it("gives everything back as it was, a colleague's edit of another field kept", async () => {
    const world = await openForeign()
    const store = world.sandbox.apiServer.objects
    const release = world.release('2.0.0', 'k3f9', {}, foreign)
    const snapshot = await reachAll(world, release, [pinned, prepared(), split(50)])
    store.patch(route, inShop('cart-virtualservice'), { metadata: { labels: { team: 'shop' } } }, someone)

    await world.reach(release, snapshot, returned, 100)

    const live = store.get(route, inShop('cart-virtualservice'))
    expect(at(live, 'http')).toEqual([{ timeout: '3s', route: rows }])
    expect(live?.metadata.labels).toEqual({ team: 'shop' })
  })
})
