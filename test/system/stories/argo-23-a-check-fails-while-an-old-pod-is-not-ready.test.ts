// The new version is bad, and of the old one's four pods one is not ready just now. To wait until the old version is whole means
// more errors for half of the users. Sluice gives the three that are ready what they carry, at once, and the rest when the fourth is
// back.
import { expect, it } from 'vitest'
import { canaryDeployment, check, trafficSplit } from '../cart-workflow.ts'
import { stepsOf } from '../steps-of.ts'
import { clean, openPlane, verdict } from '../story.ts'
import { stablePods } from '../witness.ts'

it('argo 23: one of four old pods is not ready when the check fails: the others take the users back at once', async () => {
  const { world, plane, start, ended, witness } = await openPlane()
  const id = await start('2.0.0-bad', canaryDeployment({ percent: 100 }), trafficSplit(50), check())
  await plane.until(id, view => stepsOf(view)[2]?.status === 'running')
  const name = stablePods(world)[0]?.metadata.name ?? ''
  world.sandbox.switches.pods({ name }, { readyAfter: 'never' })

  await plane.until(id, view => view.status === 'returning')
  await world.clock.advance(5000)
  expect(witness.sights.at(-1)).toMatchObject({ route: 'canary 25, stable 75', ready: { '1.0.0': 3 } })
  world.sandbox.switches.pods({ name }, { readyAfter: 0 })

  expect(await ended(id)).toMatchObject({ status: 'returned' })
  expect(witness.course(({ route }) => route).slice(-3)).toEqual(['canary 25, stable 75', 'canary 0, stable 100', 'cart-svc 100'])
  expect(await verdict(world)).toEqual(clean)
})
