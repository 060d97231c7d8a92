// The old pods are replaced at the end of a release. A subset that picks them by their hash is empty at that moment: whoever it
// leads there gets 503. Nobody may ever be led there, and the subset may turn to the new pods only when nothing depends on it.
// Sluice rolls stable while the canary has everybody, and gives stable its name for the new pods before it gets a request.
import { expect, it } from 'vitest'
import { lateMesh } from '../cart-world.ts'
import { pinned, prepared, promoted, split } from '../goals.ts'
import { begin, clean, verdict } from '../story.ts'

it('row 15: stable is never rolled while its subset carries weight', async () => {
  const { world, reach, witness: seen } = await begin(lateMesh(22))

  await reach(pinned, prepared(), split(50), promoted)

  const rolled = seen.sights.findIndex(({ stable }) => stable === '2.0.0 x 4')
  const known = seen.sights.findIndex(({ subsets }) => subsets === 'canary, stable 2.0.0')
  expect(known).toBeGreaterThan(rolled)
  expect(new Set(seen.sights.slice(rolled, known).map(({ route }) => route))).toEqual(new Set(['canary 100, stable 0']))
  expect(await verdict(world)).toEqual(clean)
})
