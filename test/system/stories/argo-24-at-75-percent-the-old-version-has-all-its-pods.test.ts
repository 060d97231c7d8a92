// A tool that shrinks the old version as the new one grows has a quarter of its pods at 75 %: going back means to wait for pods,
// with users where they are. Here stable never shrinks under a canary. So the share of the new version falls at once, and no pod has
// to come first.
import { expect, it } from 'vitest'
import { pinned, prepared, returned, split } from '../goals.ts'
import { begin, clean, verdict } from '../story.ts'
import { courseOf, lookAt } from '../witness.ts'

it('argo 24: at 75 % stable has kept all its pods, so that an abort needs no pod and no time', async () => {
  const { world, reach, witness } = await begin()
  await reach(pinned, prepared(), split(25), split(75))
  expect(lookAt(world)).toMatchObject({ ready: { '1.0.0': 4, '2.0.0': 3 } })
  const from = witness.sights.length

  await reach(returned)

  expect(courseOf(witness.sights.slice(from), ({ route, ready }) => `${route} | ${ready['1.0.0']}`)).toEqual([
    'canary 0, stable 100 | 4',
    'cart-svc 100 | 4',
  ])
  expect(await verdict(world)).toEqual(clean)
})
