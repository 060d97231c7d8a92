// Istio is asked which proxies have confirmed the new route. Gateways move from one istiod to another all the time, and one istiod
// reads late. A fresh confirmation may thus be one of the route before: whoever believes it moves users to a place that their proxy
// does not know. Sluice counts a confirmation only where the istiod that got it had read the new route: nobody is believed too
// early.
import { describe, expect, it } from 'vitest'
import { seededRandom } from '#base/index.ts'
import { pinned, prepared, split } from '../goals.ts'
import { slowMesh } from '../slow-mesh.ts'
import { begin, clean, verdict } from '../story.ts'

describe('row 12: a nonce changes for another reason than our write', () => {
  it('gateways turn from one istiod to another all the time, one of which reads five seconds late: nobody is believed too early', async () => {
    let late: string | undefined
    const readDelay = (name: string): number => ((late ??= name) === name ? 5000 : 10)
    const options = slowMesh(64, 300, { istiods: 3, readDelay })
    const { world, reach } = await begin({ ...options, late: 8000 })
    const random = seededRandom(65)
    const turn = (): void => {
      for (const name of world.sandbox.mesh.gateways.keys()) if (random() < 0.5) world.sandbox.mesh.connect(name)
      world.clock.after(1500, turn)
    }
    turn()

    await reach(pinned, prepared(), split(50), { to: 'returned', now: false })

    expect(await verdict(world)).toEqual(clean)
  })
})
