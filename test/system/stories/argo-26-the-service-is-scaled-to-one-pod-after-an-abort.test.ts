// After an abort somebody scales the service down to a single pod. What the run remembered of four pods must hold nothing up, and
// the next release counts from what is there now.
import { expect, it } from 'vitest'
import { approval, canaryDelete, canaryDeployment, rolloutDeployment, trafficSplit } from '../cart-workflow.ts'
import { asks, inShop, openPlane, someone, verdict } from '../story.ts'
import { lookAt } from '../witness.ts'

it('argo 26: after an abort the service is scaled to one pod: nothing is stuck, and the next run goes through', async () => {
  const { world, plane, start, ended } = await openPlane()
  const first = await start('2.0.0', canaryDeployment(), trafficSplit(50), approval())
  await plane.until(first, asks)
  await plane.command(first, { do: 'abort', now: false, who: 'bob' })
  await ended(first)
  world.sandbox.apiServer.objects.patch('deployments.apps', inShop('cart'), { spec: { replicas: 1 } }, someone)
  await world.clock.advance(10_000)
  expect(lookAt(world)).toMatchObject({ route: 'cart-svc 100', stable: '1.0.0 x 1' })

  const second = await start('2.0.0', canaryDeployment(), trafficSplit(50), rolloutDeployment(), canaryDelete())

  expect(await ended(second)).toMatchObject({ status: 'done' })
  expect(await verdict(world)).toMatchObject({ wrongVersion: 0 })
})
