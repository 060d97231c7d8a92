// The very first run of a service is aborted at 50 %. Before it, the route was the bare host: it balanced over every pod behind the
// Service. Whoever puts that route back while canary pods live gives them users again, and then deletes the pods under those users.
// Sluice goes back in two stages: everybody to stable by its subset, drain, canary gone and known to be gone; only then the bare
// route, then no subsets.
import { expect, it } from 'vitest'
import { lateMesh } from '../cart-world.ts'
import { pinned, prepared, returned, split } from '../goals.ts'
import { atRest, begin, clean, verdict } from '../story.ts'
import { courseOf, type Sight } from '../witness.ts'

it('row 1: a first run is aborted: stable through its subset, then drain, then the canary, and only then the bare route', async () => {
  const { world, reach, witness } = await begin(lateMesh(8))
  const before = atRest(world)
  await reach(pinned, prepared(), split(50))
  const begun = witness.sights.length

  await reach(returned)

  const back = ({ route: rows, subsets, canary }: Sight): string => `${rows} | ${canary} | ${subsets}`
  expect(courseOf(witness.sights.slice(begun - 1), back)).toEqual([
    'canary 50, stable 50 | 2.0.0 x 2 | canary, stable 1.0.0',
    'canary 0, stable 100 | 2.0.0 x 2 | canary, stable 1.0.0',
    'canary 0, stable 100 | none | canary, stable 1.0.0',
    'cart-svc 100 | none | canary, stable 1.0.0',
    'cart-svc 100 | none | none',
  ])
  expect(atRest(world)).toBe(before)
  expect(await verdict(world)).toEqual(clean)
})
