// The two versions have a Service each: the route splits between hosts, not between subsets. When the new version has everybody,
// some users still have requests under way with the old pods. The Service of the old version keeps its pods until the drain is over;
// only then are they rolled.
import { expect, it } from 'vitest'
import { lateMesh } from '../cart-world.ts'
import { atRest as rest, pinned, prepared, promoted, split } from '../goals.ts'
import { begin, clean, verdict } from '../story.ts'

it('argo 1: with a host for each version the stable Service keeps the old pods until the drain is over', async () => {
  const { world, reach, witness } = await begin({ ...lateMesh(7), more: { isolate: true } })

  await reach(pinned, prepared(), split(10))
  expect(witness.sights.at(-1)).toMatchObject({ route: 'cart-svc 90, cart-svc-canary 10', ready: { '1.0.0': 4, '2.0.0': 1 } })
  await reach(promoted, rest)

  const all = witness.sights.find(sight => sight.route.includes('cart-svc-canary 100'))
  const rolled = witness.sights.find(({ stable }) => stable.startsWith('2.0.0'))
  expect((rolled?.at ?? 0) - (all?.at ?? Infinity)).toBeGreaterThanOrEqual(1000)
  expect(witness.sights.at(-1)).toMatchObject({ route: 'cart-svc 100', stable: '2.0.0 x 4' })
  expect(await verdict(world)).toEqual(clean)
})
