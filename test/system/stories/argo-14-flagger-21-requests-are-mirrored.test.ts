// Half of the requests are copied to the new version, whose answers nobody sees. A copy of a request that writes would write twice.
// Sluice mirrors without giving any weight, refuses where methods could write unless that is allowed, and an abort takes the mirror
// away too.
import { describe, expect, it } from 'vitest'
import { lateMesh } from '../cart-world.ts'
import { beta, mirror, pinned, prepared, returned } from '../goals.ts'
import { answeredByCanary, begin, entries, resting } from '../told-apart-world.ts'

describe('argo 14, flagger 21: a mirror', () => {
  it('reaches the canary, whose answers nobody sees; an abort takes it away with everything else', async () => {
    const { world, before, reach } = await begin(lateMesh(66))
    await reach(pinned, prepared(), beta, mirror(50))
    await world.clock.advance(4000)

    expect(await answeredByCanary(world)).toBeGreaterThan(20)
    expect(world.ledger.tally().byVersion).not.toHaveProperty(['2.0.0'])

    await reach(returned)
    expect(entries(world)).toEqual([{ route: [{ destination: { host: 'cart-svc' } }] }])
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(resting(world)).toBe(before)
  })

  it('is refused where a copy would write, and nothing has changed', async () => {
    const { world, release, snapshot, reach } = await begin(lateMesh(67))
    await reach(pinned, prepared())

    await expect(
      world.reach(release, snapshot, { to: 'mirror', percent: 10, allowUnsafeMethods: false, fixed: false }, 9),
    ).rejects.toMatchObject({ code: 'SL-TRAFFIC-UNSAFE-MIRROR' })
    expect(entries(world)[0]).not.toHaveProperty('mirror')
  })
})
