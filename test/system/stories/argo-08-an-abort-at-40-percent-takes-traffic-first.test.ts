// Five old pods, two of the new version with 20 %, more at 40 %; then somebody aborts. Deleting the canary first would cut its users
// off; touching the old pods would cost the others. Traffic goes first, the canary behind it, and the five old pods are the same
// ones as before.
import { expect, it } from 'vitest'
import { approval, canaryDeployment, trafficSplit } from '../cart-workflow.ts'
import { asks, clean, openPlane, verdict } from '../story.ts'
import { courseOf, lookAt, stablePods } from '../witness.ts'

it('argo 8: five pods, two canary pods at 20 %, more at 40 %, then an abort: traffic first, then the canary; the five are never touched', async () => {
  const { world, plane, start, ended, witness } = await openPlane({ replicas: 5 })
  const before = stablePods(world).map(({ metadata }) => metadata.uid)
  const id = await start('2.0.0', canaryDeployment({ count: 2 }), trafficSplit(20), approval(), trafficSplit(40), approval())
  await plane.until(id, asks)
  expect(lookAt(world)).toMatchObject({ route: 'canary 20, stable 80', ready: { '1.0.0': 5, '2.0.0': 2 } })
  await plane.command(id, { do: 'approve', who: 'bob' })
  await plane.until(id, view => view.question?.step === 'canary/deploy/5')
  const from = witness.sights.length
  expect(lookAt(world).route).toBe('canary 40, stable 60')

  await plane.command(id, { do: 'abort', now: false, who: 'bob' })
  await ended(id)

  expect(courseOf(witness.sights.slice(from), ({ route, canary }) => `${route} | ${canary}`)).toEqual([
    'canary 0, stable 100 | 2.0.0 x 2',
    'canary 0, stable 100 | none',
    'cart-svc 100 | none',
  ])
  expect(Math.min(...witness.sights.map(({ ready }) => ready['1.0.0'] ?? 0))).toBe(5)
  expect(stablePods(world).map(({ metadata }) => metadata.uid)).toEqual(before)
  expect(await verdict(world)).toEqual(clean)
})
