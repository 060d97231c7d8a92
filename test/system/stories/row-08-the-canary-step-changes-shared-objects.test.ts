// The new version's Service has another port. There is one Service, and the old pods are behind it, too. Applied with the canary, it
// would break stable at canary 0 %, and the abort would not undo it. Sluice holds shared objects back until stable takes the
// version, and gives them back leaf by leaf on the way back.
import { describe, expect, it } from 'vitest'
import { pinned, prepared, promoted, returned, split } from '../goals.ts'
import { at, inShop, openCart, reachAll, withSpec } from '../story.ts'

describe('row 8: the canary step changes shared objects', () => {
  const ports = [
    { name: 'http', port: 80, targetPort: 8080 },
    { name: 'admin', port: 81, targetPort: 8081 },
  ]

  it('holds the change of the Service back until stable takes the version', async () => {
    const world = await openCart()
    const store = world.sandbox.apiServer.objects
    const count = (): number => (at(store.get('services', inShop('cart-svc')), 'ports') as unknown[]).length
    const release = world.release('2.0.0', 'k3f9', {}, withSpec('Service', { ports }))
    const snapshot = await reachAll(world, release, [pinned, prepared(), split(50)])
    const before = count()

    await world.reach(release, snapshot, promoted, 4)

    expect([before, count()]).toEqual([1, 2])
  })

  it('gives it back on the way back, leaf by leaf', async () => {
    const world = await openCart()
    const store = world.sandbox.apiServer.objects
    const release = world.release('2.0.0', 'k3f9', {}, withSpec('Service', { ports }))
    await reachAll(world, release, [pinned, prepared(), promoted, returned])

    expect(at(store.get('services', inShop('cart-svc')), 'ports')).toMatchObject([{ port: 80 }])
    expect(at(store.get('services', inShop('cart-svc')), 'ports')).toHaveLength(1)
  })
})
