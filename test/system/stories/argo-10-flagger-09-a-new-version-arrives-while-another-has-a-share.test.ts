// 2.0.0 has 20 % (or half) of the users when 3.0.0 is pushed, and somebody lets it take the place of the run. The canary's name
// would now mean 3.0.0, while the route still sends it the share that 2.0.0 had earned; its first pod may not even be ready. Sluice
// takes everybody back to the old version before 3.0.0 has a pod, and lets 3.0.0 begin at 0 %.
import { expect, it, onTestFinished } from 'vitest'
import { interrupted } from '../interrupted.ts'
import { clean } from '../story.ts'
import { interrupt, openAtHalf } from '../what-others-lose.ts'
import { courseOf } from '../witness.ts'

it('argo 10, flagger 9: a new version while another has 20 %: users are on the old one before the new one has a pod, and it starts from 0', async () => {
  const { first, second, sights, tally } = await interrupted(20, '3.0.0')

  expect(first).toMatchObject({ status: 'returned' })
  expect(second).toMatchObject({ status: 'done' })
  const appeared = sights.findIndex(({ canary }) => canary.startsWith('3.0.0'))
  expect(sights[appeared]).toMatchObject({ route: 'canary 0, stable 100', subsets: 'canary, stable 1.0.0' })
  expect(courseOf(sights.slice(0, appeared), ({ route, canary }) => `${route} | ${canary}`)).toEqual([
    'canary 20, stable 80 | 2.0.0 x 1',
    'canary 0, stable 100 | 2.0.0 x 1',
    'canary 0, stable 100 | none',
    'cart-svc 100 | none',
    'canary 0, stable 100 | none',
  ])
  const unready = sights.filter(({ route, canary, ready }) => /canary [1-9]/.test(route) && canary.startsWith('3') && !ready['3.0.0'])
  expect(unready).toEqual([])
  expect(tally).toEqual(clean)
})

it('argo 10, flagger 9: a new version that arrives at 50 % begins at 0 %, and no request is lost', async () => {
  const half = await openAtHalf()
  onTestFinished(() => half.close())

  const { tally, beganWith } = await interrupt(half)

  expect(tally).toMatchObject(clean)
  expect(tally.byVersion['3.0.0']).toBeGreaterThan(1000)
  expect(beganWith).toBe(0)
})
