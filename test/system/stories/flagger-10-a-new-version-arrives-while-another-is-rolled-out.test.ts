// 2.0.0 has been good and is being rolled out to all pods when 3.0.0 is released over it. In the middle of a promotion the canary
// has everybody. If 3.0.0 got the canary's place now, everybody would get a version that nobody has seen. Sluice brings the old
// version back first; 3.0.0 gets what its own steps give it, and not more.
import { expect, it } from 'vitest'
import { approval, bySeconds, canaryDelete, canaryDeployment, cartSteps, rolloutDeployment, trafficSplit } from '../cart-workflow.ts'
import { asks, clean, late, openPlane, verdict } from '../story.ts'
import { lookAt } from '../witness.ts'

it('flagger 10: a new version while another is being rolled out gets nothing that it has not earned', async () => {
  const { world, plane, run, start, ended, witness: seen } = await openPlane()
  const first = await start('2.0.0', canaryDeployment(), trafficSplit(50), rolloutDeployment(), canaryDelete())
  const rolls = (): boolean => lookAt(world).stable.startsWith('2.0.0')
  await plane.until(first, rolls)

  const steps = [canaryDeployment(), trafficSplit(20), approval(), rolloutDeployment(), canaryDelete()]
  const second = await run(cartSteps('3.0.0', bySeconds(late), ...steps), '3.0.0', { supersede: true })
  await plane.until(second, asks)

  const given = seen.sights.filter(({ canary }) => canary.startsWith('3.0.0')).map(({ route }) => route)
  expect([...new Set(given)]).toEqual(['canary 0, stable 100', 'canary 20, stable 80'])
  expect(lookAt(world)).toMatchObject({ stable: '1.0.0 x 4' })
  await plane.command(second, { do: 'approve', who: 'bob' })
  expect(await ended(second)).toMatchObject({ status: 'done' })
  expect(await verdict(world)).toEqual(clean)
})
