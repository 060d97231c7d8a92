// In the middle of a run the load doubles, and the autoscaler makes eight pods of four. A tool that writes the number of pods from
// its file fights it; one that leaves the canary as it was gives it more than it carries. Nobody fights the autoscaler, the canary
// grows with what it is to carry, and the autoscaler has its old floor at the end.
import { expect, it } from 'vitest'
import { autoscalerOf, autoscalers, loadWants } from '../autoscaling.ts'
import { approval, canaryDelete, canaryDeployment, rolloutDeployment, trafficSplit } from '../cart-workflow.ts'
import { asks, at, clean, inShop, openPlane, someone, verdict } from '../story.ts'
import { lookAt } from '../witness.ts'

it('flagger 18: an autoscaler grows stable in mid-run: nobody fights it, and the canary grows with what it is to carry', async () => {
  const { world, plane, start, ended, witness } = await openPlane()
  const store = world.sandbox.apiServer.objects
  store.create(autoscalers, autoscalerOf('cart', 2), someone)
  await world.clock.advance(5000)
  const id = await start('2.0.0', canaryDeployment(), trafficSplit(25), approval(), trafficSplit(50), rolloutDeployment(), canaryDelete())
  await plane.until(id, asks)
  loadWants(world, 8)
  await world.clock.advance(10_000)
  expect(lookAt(world), 'while a person is asked').toMatchObject({
    route: 'canary 25, stable 75',
    stable: '1.0.0 x 8',
    canary: '2.0.0 x 2',
    ready: { '1.0.0': 8, '2.0.0': 2 },
  })
  expect(await plane.log(id)).toContain('Deployment shop/cart-canary: 2 pods for its share, since cart has 8')

  await plane.command(id, { do: 'approve', who: 'bob' })
  await ended(id)

  const half = witness.sights.findLast(({ route }) => route === 'canary 50, stable 50')
  const all = witness.sights.find(({ route }) => route === 'canary 100, stable 0')
  expect(all?.ready['2.0.0']).toBe(8)
  expect(half?.ready['2.0.0']).toBeGreaterThanOrEqual(4)
  expect(lookAt(world)).toMatchObject({ stable: '2.0.0 x 8', canary: 'none' })
  expect(at(store.get(autoscalers, inShop('cart')), 'minReplicas')).toBe(2)
  expect(await verdict(world)).toEqual(clean)
})
