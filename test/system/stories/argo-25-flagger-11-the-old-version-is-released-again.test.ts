// 2.0.0 has 75 % and does not please; somebody releases 1.0.0 again rather than looking for the abort. Nothing may be released to
// itself by way of a canary that costs users, and the way back may not give the old version more than its pods carry. Sluice aborts
// the run; traffic follows the ready pods of the old version, and afterwards nothing runs and nothing is written.
import { expect, it } from 'vitest'
import { pinned, prepared, split } from '../goals.ts'
import { interrupted } from '../interrupted.ts'
import { atRest, begin, clean, verdict } from '../story.ts'
import { courseOf, lookAt } from '../witness.ts'

it('argo 25, flagger 11: the run is aborted, the old version ends with everything, and nothing runs afterwards', async () => {
  const { world, plane, first, second, tally } = await interrupted(75, '1.0.0')

  expect(first).toMatchObject({ status: 'returned' })
  expect(second).toMatchObject({ status: 'done', releases: [{ fromVersion: '1.0.0', toVersion: '1.0.0' }] })
  expect(lookAt(world)).toMatchObject({ route: 'cart-svc 100', stable: '1.0.0 x 4', canary: 'none', ready: { '1.0.0': 4 } })
  const after = atRest(world)
  await world.clock.advance(120_000)
  expect(atRest(world)).toBe(after)
  expect(await plane.view(second.id)).toMatchObject({ writes: second.writes })
  expect(tally).toEqual(clean)
})

it('argo 25, flagger 11: at 75 % the traffic stays where it is until the old version has the pods for it', async () => {
  const { world, reach, release, snapshot, witness: seen } = await begin()
  await reach(pinned, prepared(), split(75))
  const [first, second, third] = world.sandbox.apiServer.objects
    .list('pods', 'shop')
    .filter(({ metadata }) => metadata.name.startsWith('cart-') && !metadata.name.startsWith('cart-canary'))
  const ill = [first, second, third].map(pod => pod?.metadata.name ?? '')
  for (const name of ill) world.sandbox.switches.pods({ name }, { readyAfter: 'never' })
  await world.clock.advance(2000)
  const from = seen.sights.length
  for (const [index, name] of ill.entries())
    world.clock.after(20_000 * (index + 1), () => world.sandbox.switches.pods({ name }, { readyAfter: 0 }))

  await world.reach(release, snapshot, { to: 'returned', now: false }, 9)

  expect(courseOf(seen.sights.slice(from), ({ route }) => route)).toEqual([
    'canary 75, stable 25',
    'canary 50, stable 50',
    'canary 25, stable 75',
    'canary 0, stable 100',
    'cart-svc 100',
  ])
  const overloaded = seen.sights.filter(({ route, ready }) => Number(/stable (\d+)/.exec(route)?.[1] ?? 0) > 25 * (ready['1.0.0'] ?? 0))
  expect(overloaded).toEqual([])
  expect(await verdict(world)).toEqual(clean)
})
