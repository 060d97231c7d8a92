// Somebody aborts a run that has already ended. There is nothing to take back, and whoever took it back all the same would take a
// version away that users are on. Sluice refuses with the words for it, and no object changes.
import { describe, expect, it } from 'vitest'
import { canaryDelete, canaryDeployment, rolloutDeployment, trafficSplit } from '../cart-workflow.ts'
import { atRest, clean, openPlane, verdict } from '../story.ts'

describe('argo 7: an abort when nothing runs', () => {
  it('is refused with the words for it, and nothing changes', async () => {
    const { world, plane, start, ended } = await openPlane({ gap: 100 })
    const id = await start('2.0.0', canaryDeployment(), trafficSplit(50), rolloutDeployment(), canaryDelete())
    await ended(id)
    const after = atRest(world)

    await expect(plane.command(id, { do: 'abort', now: false, who: 'bob' })).rejects.toMatchObject({ code: 'SL-EXECUTION-ENDED' })

    await world.clock.advance(60_000)
    expect(atRest(world)).toBe(after)
    expect(await verdict(world)).toEqual(clean)
  })
})
