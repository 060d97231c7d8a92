// At night somebody needs the fix out: no splits, no checks, no approvals. Hurry may skip judgement, but not readiness: pods that
// cannot answer must not get users. Sluice rolls one ready pod after another, and where none becomes ready nobody ever gets the new
// version.
import { describe, expect, it } from 'vitest'
import { canaryDeployment, rolloutDeployment } from '../cart-workflow.ts'
import { atRest, clean, openPlane, verdict } from '../story.ts'

describe('flagger 22: a release in a hurry, without splits, checks and approvals', () => {
  it('is done, one ready pod after another', async () => {
    const { world, start, ended, witness } = await openPlane()

    expect(await ended(await start('2.0.0', canaryDeployment(), rolloutDeployment()))).toMatchObject({ status: 'done' })

    const serving = witness.sights.map(({ ready }) => (ready['1.0.0'] ?? 0) + (ready['2.0.0'] ?? 0))
    expect(Math.min(...serving)).toBeGreaterThanOrEqual(4)
    expect(await verdict(world)).toEqual(clean)
  })

  it('is not done at all where its pods do not become ready', async () => {
    const { world, start, ended } = await openPlane({ gap: 500 })
    const before = atRest(world)

    expect(await ended(await start('2.0.0-unready', canaryDeployment(), rolloutDeployment()))).toMatchObject({ status: 'returned' })

    expect((await world.clock.runUntil(world.ledger.stop())).byVersion).not.toHaveProperty('2.0.0-unready')
    expect(atRest(world)).toBe(before)
  })
})
