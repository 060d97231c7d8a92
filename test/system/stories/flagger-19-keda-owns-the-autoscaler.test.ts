// KEDA scales the service: its operator writes the autoscaler anew, whoever has changed it. A floor that is raised in the autoscaler
// is thus gone in a moment, and stable shrinks while the canary has its users. Sluice raises the floor in KEDA's ScaledObject for
// the run and puts back what was there, nothing included.
import { expect, it } from 'vitest'
import { pinned, returned } from '../goals.ts'
import { Keda } from '../keda.ts'
import { openCart } from '../story.ts'

it.each([
  ['that says its floor', 2],
  ['that says none', undefined],
])("flagger 19: raises and restores the floor of KEDA's ScaledObject %s: its autoscaler is KEDA's to write", async (_, stated) => {
  const keda = new Keda(stated)
  const world = await openCart({ through: keda.through })
  keda.operate(world.sandbox.apiServer.objects)
  const before = keda.object.spec
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)

  await world.reach(release, snapshot, pinned, 1)
  const during = [keda.object.spec.minReplicaCount, keda.autoscalerFloor()]
  await world.reach(release, snapshot, returned, 2)

  expect(during).toEqual([4, 4])
  expect(keda.object.spec).toEqual(before)
  expect(keda.autoscalerFloor()).toBe(stated ?? 1)
})
