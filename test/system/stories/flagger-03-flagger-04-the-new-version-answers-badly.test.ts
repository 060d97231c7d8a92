// Half of the new version's answers are errors; or they are right and take half a second. Users must not be given more of it while a
// person sleeps. The check fails, no further step begins, and everybody is back on pods that were never touched.
import { describe, expect, it } from 'vitest'
import { canaryDeployment, check, rolloutDeployment, trafficSplit } from '../cart-workflow.ts'
import { stepsOf } from '../steps-of.ts'
import { atRest, clean, openPlane, verdict } from '../story.ts'
import { stablePods } from '../witness.ts'

const uids = (pods: readonly { readonly metadata: { readonly uid?: string } }[]): string => pods.map(pod => pod.metadata.uid).join()

describe.each([
  ['flagger 3: half of its answers are errors', '2.0.0-bad', {}],
  ['flagger 4: its answers take half a second', '2.0.0-slow', { latency: { percentile: 99, max: 200 } }],
])('%s', (_, version, judged) => {
  it('the check fails, no further step begins, and everybody is back on pods that were never touched', async () => {
    const { world, start, ended, witness } = await openPlane()
    const before = atRest(world)
    const pods = uids(stablePods(world))
    const id = await start(version, canaryDeployment(), trafficSplit(30), check(judged), trafficSplit(60), rolloutDeployment())

    const view = await ended(id)

    expect(view).toMatchObject({ status: 'returned', exit: 1, failure: { code: 'SL-STEP-VERSION-BAD' } })
    expect(stepsOf(view).map(({ status }) => status)).toEqual(['done', 'done', 'failed', 'pending', 'pending'])
    expect(witness.course(({ route }) => route)).toEqual([
      'cart-svc 100',
      'canary 0, stable 100',
      'canary 30, stable 70',
      'canary 0, stable 100',
      'cart-svc 100',
    ])
    expect(uids(stablePods(world))).toBe(pods)
    expect(await verdict(world)).toEqual(clean)
    expect(atRest(world)).toBe(before)
  })
})
