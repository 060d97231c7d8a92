import { CartWorld, lateMesh } from '../test/system/cart-world.ts'
import { wholeCanary } from '../test/system/goals.ts'
import type { Figure } from './figure.ts'

/** Milliseconds of virtual time between two requests: 1,000 a second. */
const gap = 1

/** Least requests of the whole run. */
const wanted = 100_000

const seed = 2026

/** A whole release under load, every answer judged against the splits that were in force. */
export const wholeRelease: Figure = {
  name: 'whole-release',
  async measure() {
    const world = await CartWorld.open(lateMesh(seed))
    const release = world.release('2.0.0', 'bench')
    const { snapshot } = await world.inspect(release)
    world.ledger.start(gap)
    for (const [index, goal] of wholeCanary.entries()) {
      await world.reach(release, snapshot, goal, index + 1)
      await world.clock.advance(3000)
    }
    while (world.ledger.tally().requests < wanted) await world.clock.advance(1000)
    const { requests, lost, wrongVersion } = await world.clock.runUntil(world.ledger.stop())
    await world.close()
    const says = `${lost} lost, ${wrongVersion} wrong version of ${requests.toLocaleString('en')} requests; propagation 0–2 s, seed ${seed}`
    return [{ says, asked: '0 and 0', ok: lost === 0 && wrongVersion === 0 }]
  },
}
