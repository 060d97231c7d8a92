// A team stops using Sluice after a release. What others leave behind then breaks: workloads at zero, wrong selectors, finalizers
// that nobody answers. With Sluice there is nothing to clean up: at rest the objects are those of Git, with the image of the new
// version, and no label, annotation, subset, pause, Lease or field owner tells that it was ever there.
import { expect, it } from 'vitest'
import { atRest as rest, pinned, prepared, promoted, split } from '../goals.ts'
import { atRest, begin, clean, inShop, verdict, virtualServices } from '../story.ts'

it('argo 21, flagger 17: Sluice leaves no trace on what it released: no label, no annotation, no subset, no pause, no Lease', async () => {
  const { world, reach } = await begin()
  const before = atRest(world)

  await reach(pinned, prepared(), split(50), promoted, rest)

  expect(atRest(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  const text = JSON.stringify(world.resting().filter(each => (each as { kind: string }).kind !== 'ConfigMap'))
  expect(text).not.toMatch(/sluice/)
  const managers = (world.sandbox.apiServer.objects.get(virtualServices, inShop('cart-virtualservice'))?.metadata.managedFields ?? []).map(
    entry => (entry as unknown as { manager: string }).manager,
  )
  expect(managers).not.toContain('sluice-run')
  expect(await verdict(world)).toEqual(clean)
})
