// One gateway, or every gateway, has lost its connection to istiod. It goes on sending requests by the routes that it knows. It
// confirms nothing and is not in istiod's list either, so that "everybody has confirmed" seems true, even of nobody. Sluice knows
// which proxies there should be: a removal waits for the missing one and says so, and none at all is not "arrived".
import { describe, expect, it } from 'vitest'
import { pinned, prepared, split } from '../goals.ts'
import { slowMesh } from '../slow-mesh.ts'
import { begin, verdict } from '../story.ts'
import { canaryPods, courseOf, lookAt } from '../witness.ts'

describe('row 13: a proxy that is cut off from istiod keeps what it believes', () => {
  it('a removal waits for it, says so, and goes on when it is back', async () => {
    const { world, release, snapshot, reach } = await begin(slowMesh(66, 300))
    await reach(pinned, prepared(), split(50))
    const [cut = ''] = [...world.sandbox.mesh.gateways.keys()].toSorted()
    world.sandbox.mesh.disconnect(cut)

    const back = world.reach(release, snapshot, { to: 'returned', now: false }, 9)
    await world.clock.advance(40_000)
    expect(canaryPods(world).length).toBeGreaterThan(0)
    expect(world.told.at(-1)?.says).toContain('1 of 2 proxies, 1 not connected to istiod')
    world.sandbox.mesh.connect(cut)

    expect(await back).toMatchObject({ is: 'reached' })
    expect(canaryPods(world)).toEqual([])
    expect(await verdict(world)).toMatchObject({ lost: 0 })
  })

  it('no proxy at all is not "arrived": with every gateway away nothing is shifted', async () => {
    const { world, release, snapshot, reach, witness } = await begin(slowMesh(67, 300))
    await reach(pinned, prepared())
    for (const name of world.sandbox.mesh.gateways.keys()) world.sandbox.mesh.disconnect(name)
    const cut = new AbortController()

    const going = world.reach(release, snapshot, split(10), 9, cut.signal).catch(() => 'cut')
    await world.clock.advance(8000)
    expect(lookAt(world).route).toBe('canary 0, stable 100')
    expect(world.told.at(-1)?.says).toContain('0 of 2 proxies, 2 not connected to istiod')
    cut.abort(new Error('cut'))

    expect(await going).toBe('cut')
    expect(courseOf(witness.sights, ({ canary }) => canary).at(-1)).toBe('2.0.0 x 1')
  })
})
