// A release ends under load in a big mesh: routes, rules, Services and endpoints reach each proxy up to 30 seconds late, in whatever
// order. A pod that is deleted, or a subset that is removed, while one proxy still sends there, is an error page for somebody.
// Sluice removes nothing that the slowest proxy may still use: no request is lost, and none gets the old version late.
import { expect, it } from 'vitest'
import { wholeCanary } from '../goals.ts'
import { slowMesh } from '../slow-mesh.ts'
import { begin, clean, verdict } from '../story.ts'

it.each([61, 62])(
  'argo 28: a whole release while every object takes up to 30 s to each proxy, in any order (seed %i): nothing lost, nothing late on the old version',
  async seed => {
    const { world, reach, witness } = await begin({ ...slowMesh(seed, 30_000), settle: 'seconds', gap: 500 })
    world.sandbox.switches.pods({ version: '1.0.0' }, { latency: 400 })

    await reach(...wholeCanary)

    // From the moment at which the last old pod is gone nobody can have been sent to one: it would have been lost.
    expect(witness.sights.at(-1)).toMatchObject({ route: 'cart-svc 100', ready: { '2.0.0': 4 } })
    expect(await verdict(world)).toEqual(clean)
  },
)
