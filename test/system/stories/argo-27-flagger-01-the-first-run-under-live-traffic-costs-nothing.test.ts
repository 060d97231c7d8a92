// A service has been deployed by kubectl for years and is under load; today it is released by Sluice for the first time. Taking a
// workload over is where users of other tools see the first errors: pods are made anew, selectors are turned, the old ones go too
// soon. Sluice takes nothing over: it names the pods that are there, so there are never fewer ready ones than before, and no request
// is lost.
import { expect, it } from 'vitest'
import { lateMesh } from '../cart-world.ts'
import { atRest as rest, pinned, prepared, promoted, split } from '../goals.ts'
import { begin, clean, verdict } from '../story.ts'
import type { Sight } from '../witness.ts'

it('argo 27, flagger 1: the first run on a workload with live traffic costs no request and no ready pod', async () => {
  const { world, reach, witness } = await begin(lateMesh(6))

  await reach(pinned, prepared())
  const adopted = witness.sights.length
  await reach(split(50), promoted, rest)

  const serving = ({ ready }: Sight): number => (ready['1.0.0'] ?? 0) + (ready['2.0.0'] ?? 0)
  expect(Math.min(...witness.sights.slice(0, adopted).map(({ ready }) => ready['1.0.0'] ?? 0))).toBe(4)
  expect(Math.min(...witness.sights.map(serving))).toBeGreaterThanOrEqual(4)
  expect(witness.sights.at(-1)).toMatchObject({ stable: '2.0.0 x 4', canary: 'none', ready: { '2.0.0': 4 } })
  expect(await verdict(world)).toEqual(clean)
})
