// Hazards beside the named stories: pods that never start, a run that is held, a step in the wrong place.
import { describe, expect, it } from 'vitest'
import { atRest, canaryRemoved, pinned, prepared, promoted, returned, split } from './goals.ts'
import { begin, clean, inShop, openCart, verdict } from './story.ts'

describe('pods that can never become ready', () => {
  it('fail the step in seconds, with the reason, and users never notice', async () => {
    const world = await openCart()
    const release = world.release('2.0.0-nopull', 'k3f9')
    const { snapshot } = await world.inspect(release)
    world.ledger.start(20)
    await world.reach(release, snapshot, pinned, 1)
    const begun = world.clock.now()

    await expect(world.reach(release, snapshot, prepared(), 2)).rejects.toMatchObject({ code: 'SL-RELEASE-PODS-FAIL' })

    expect(world.clock.now() - begun).toBeLessThan(30_000)
    await world.reach(release, snapshot, returned, 3)
    expect(await verdict(world)).toEqual(clean)
  })
})

describe('a run that is held by another', () => {
  it('is refused by the Lease in the cluster, saying who runs what since when', async () => {
    const { world, reach } = await begin()
    await reach(pinned)
    const other = world.release('3.0.0', 'other')

    const { findings } = await world.inspect(other)

    expect(findings.filter(each => each.level === 'refuse').map(each => `${each.code} ${each.message}`)).toContainEqual(
      expect.stringMatching(/^SL-RELEASE-HELD .*cart 2\.0\.0 by execution k3f9 since 20/),
    )
  })
})

describe('canaryDelete in the wrong place', () => {
  it('takes the traffic to stable first, and a rollout after it still protects every request', async () => {
    const { world, reach } = await begin()
    for (const goal of [pinned, prepared(), split(50), canaryRemoved, promoted, atRest])
      expect(await reach(goal)).toMatchObject({ is: 'reached' })

    expect(JSON.stringify(world.sandbox.apiServer.objects.get('deployments.apps', inShop('cart'))?.spec)).toContain('cart:2.0.0')
    expect(await verdict(world)).toEqual(clean)
  })
})
