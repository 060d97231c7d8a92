// The canary has everybody. Stable is idle, its autoscaler takes its pods away, and the abort meets one pod; or the canary stays
// small while stable grows, and is given a share that it cannot carry. Sluice keeps the autoscaler's floor at what the run began
// with and gives it back afterwards; the canary follows the load that it is to carry, and keeps its pods where stable is scaled in
// again. KEDA, which writes the autoscaler itself, has a story of its own: flagger 19.
import { expect, it } from 'vitest'
import { autoscalerOf, autoscalers, loadWants } from '../autoscaling.ts'
import { approval, canaryDeployment, trafficSplit } from '../cart-workflow.ts'
import { pinned, returned } from '../goals.ts'
import { asks, at, atRest, clean, inShop, openCart, openPlane, someone, verdict } from '../story.ts'
import { lookAt } from '../witness.ts'

it('row 6: raises the floor of the autoscaler for the run and restores it', async () => {
  const world = await openCart()
  const store = world.sandbox.apiServer.objects
  store.create(autoscalers, autoscalerOf('cart', 2), someone)
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  const floor = (): unknown => at(store.get(autoscalers, inShop('cart')), 'minReplicas')

  await world.reach(release, snapshot, pinned, 1)
  const during = floor()
  await world.reach(release, snapshot, returned, 2)

  expect([during, floor()]).toEqual([4, 2])
})

it('row 6: an autoscaler cannot shrink stable below what the run began with while the canary has everybody, and has its floor back afterwards', async () => {
  const { world, plane, start, ended, witness } = await openPlane({ gap: 200 })
  const store = world.sandbox.apiServer.objects
  store.create(autoscalers, autoscalerOf('cart', 1), someone)
  await world.clock.advance(5000)
  const before = atRest(world)
  const id = await start('2.0.0', canaryDeployment({ percent: 100 }), trafficSplit(100), approval())
  await plane.until(id, asks)
  // Nobody asks stable for anything now: its load wants one pod.
  loadWants(world, 1)
  await world.clock.advance(600_000)
  expect(lookAt(world)).toMatchObject({ stable: '1.0.0 x 4', ready: { '1.0.0': 4 } })
  const from = witness.sights.length

  await plane.command(id, { do: 'abort', now: false, who: 'bob' })
  loadWants(world, 4)
  await ended(id)

  expect(witness.sights[from]?.route).toBe('canary 0, stable 100')
  expect(at(store.get(autoscalers, inShop('cart')), 'minReplicas')).toBe(1)
  expect(atRest(world)).toBe(before)
  expect(await verdict(world)).toEqual(clean)
})

it('row 6: the canary keeps its pods where stable is scaled in again, and the number that its step fixes', async () => {
  const { world, plane, start, ended } = await openPlane()
  const store = world.sandbox.apiServer.objects
  store.create(autoscalers, autoscalerOf('cart', 2), someone)
  await world.clock.advance(5000)
  const split = await start('2.0.0', canaryDeployment({ percent: 25 }), trafficSplit(50), approval())
  await plane.until(split, asks)
  loadWants(world, 8)
  await world.clock.advance(10_000)
  expect(lookAt(world)).toMatchObject({ stable: '1.0.0 x 8', canary: '2.0.0 x 4' })
  loadWants(world, 4)
  await world.clock.advance(10_000)
  expect(lookAt(world)).toMatchObject({ stable: '1.0.0 x 4', canary: '2.0.0 x 4' })
  await plane.command(split, { do: 'abort', now: false, who: 'bob' })
  await ended(split)

  const fixed = await start('3.0.0', canaryDeployment({ count: 1 }, true), trafficSplit(50), approval())
  await plane.until(fixed, asks)
  loadWants(world, 8)
  await world.clock.advance(10_000)
  expect(lookAt(world)).toMatchObject({ stable: '1.0.0 x 8', canary: '3.0.0 x 1' })
  await plane.command(fixed, { do: 'abort', now: false, who: 'bob' })
  await ended(fixed)
  expect(await verdict(world)).toEqual(clean)
})
