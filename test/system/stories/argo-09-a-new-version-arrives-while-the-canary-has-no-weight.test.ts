// 2.0.0 has a pod and no users yet when 3.0.0 arrives. There is nobody to take back. That must not tempt anyone to give the present
// canary other pods in place: the old version has everything throughout, the pods of 2.0.0 go first, and those of 3.0.0 come after.
import { expect, it } from 'vitest'
import { interrupted } from '../interrupted.ts'
import { clean } from '../story.ts'
import { courseOf } from '../witness.ts'

it('argo 9: a new version while the canary has weight 0: the old version has everything throughout', async () => {
  const { second, sights, tally } = await interrupted(0, '3.0.0')

  expect(second).toMatchObject({ status: 'done' })
  const appeared = sights.findIndex(({ canary }) => canary.startsWith('3.0.0'))
  expect(courseOf(sights.slice(0, appeared + 1), ({ route }) => route)).toEqual([
    'canary 0, stable 100',
    'cart-svc 100',
    'canary 0, stable 100',
  ])
  expect(courseOf(sights.slice(0, appeared + 1), ({ canary }) => canary)).toEqual(['2.0.0 x 1', 'none', '3.0.0 x 0'])
  expect(tally).toEqual(clean)
})
