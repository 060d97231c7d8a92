// Some answers take seconds, some streams stay open for hours; they are with the old pods when these are to go. A drain that is too
// short cuts them; one that waits for the last stream never ends. Sluice drains for as long as the release says, and what outlives
// it is cut and counted as lost, not passed over.
import { describe, expect, it } from 'vitest'
import { pinned, prepared, promoted, split } from '../goals.ts'
import { begin, verdict } from '../story.ts'

describe('row 26: answers that take long', () => {
  /** Lost requests of a release whose old pods take so long for an answer, and stop at once. */
  async function lostWith(latency: number, drain: number): Promise<number> {
    const { world, reach } = await begin({ gap: 50, more: { drain } })
    world.sandbox.switches.pods({ version: '1.0.0' }, { latency })
    await world.clock.advance(5000)
    await reach(pinned, prepared(), split(50), promoted)
    return (await verdict(world)).lost
  }

  it('are waited for by the drain; those that outlive it are cut, and counted as lost', async () => {
    expect(await lostWith(3000, 5000)).toBe(0)
    expect(await lostWith(3000, 500)).toBeGreaterThan(0)
  })
})
