// A team has one VirtualService with one entry, without a name, to one host. It releases a canary in steps, and asks for nothing
// else. Nobody should have to write subsets or names of entries for that, and the file in Git must be true again when the release is
// over. Sluice splits the entry between two subsets that exist for the run alone, goes through the steps in their order, and leaves
// the bare route.
import { expect, it } from 'vitest'
import { lateMesh } from '../cart-world.ts'
import { wholeCanary } from '../goals.ts'
import { begin, clean, verdict } from '../story.ts'
import type { Sight } from '../witness.ts'

const route = ({ route: rows }: Sight): string => rows

it('argo 5, argo 6: a route with one entry without a name is split between two subsets, step by step, and is bare again at the end', async () => {
  const { world, reach, witness } = await begin(lateMesh(5))

  await reach(...wholeCanary)

  expect(witness.course(route)).toEqual([
    'cart-svc 100',
    'canary 0, stable 100',
    'canary 10, stable 90',
    'canary 50, stable 50',
    'canary 100, stable 0',
    'canary 50, stable 50',
    'canary 0, stable 100',
    'cart-svc 100',
  ])
  expect(witness.course(({ subsets }) => subsets)).toEqual(['none', 'canary, stable 1.0.0', 'canary, stable 2.0.0', 'none'])
  expect(await verdict(world)).toEqual(clean)
})
