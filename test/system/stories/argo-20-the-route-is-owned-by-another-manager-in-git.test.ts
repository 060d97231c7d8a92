// The route is not among the release's manifests: another tool applies it from Git, by server-side apply, as the owner of its
// fields. A second owner makes that tool's next apply fail, or lets it overwrite the split without a word. While a run splits the
// route the other is refused; when it is over the route has its old owners, and the same apply is accepted as before.
import { expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import { pinned, prepared, returned, split, wholeCanary } from '../goals.ts'
import { at, begin, clean, inShop, openCart, verdict, virtualServices } from '../story.ts'

const route = inShop('cart-virtualservice')

it('argo 20: the route is applied from Git by another manager: refused while a run splits it, accepted as before when it is over', async () => {
  const world = await openCart()
  const inGit = world.rendered('1.0.0').objects.find(({ kind }) => kind === 'VirtualService') as KubernetesObject
  const applyFromGit = (force: boolean): number =>
    world.sandbox.apiServer.handle({
      method: 'PATCH',
      path: `/apis/networking.istio.io/v1alpha3/namespaces/shop/virtualservices/cart-virtualservice?fieldManager=flux&force=${force}`,
      contentType: 'application/apply-patch+yaml',
      body: inGit as unknown as Json,
    }).status
  expect(applyFromGit(true)).toBe(200)
  const notOurs = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
    objects.filter(({ kind }) => kind !== 'VirtualService')
  const release = world.release('2.0.0', 'k3f9', { virtualService: 'cart-virtualservice' }, notOurs)
  const { snapshot } = await world.inspect(release)
  const before = at(world.sandbox.apiServer.objects.get(virtualServices, route), 'http')
  world.ledger.start(20)

  const statuses: number[] = []
  for (const [index, goal] of wholeCanary.entries()) {
    await world.reach(release, snapshot, goal, index + 1)
    statuses.push(applyFromGit(false))
  }

  expect(statuses).toEqual([409, 409, 409, 409, 409, 200, 200])
  expect(at(world.sandbox.apiServer.objects.get(virtualServices, route), 'http')).toEqual(before)
  expect(await verdict(world)).toEqual(clean)
})

it('argo 20: the route goes back to its owners: the next apply of the user is not refused', async () => {
  const { world, reach } = await begin()
  const owners = (): readonly string[] =>
    (world.sandbox.apiServer.objects.get(virtualServices, route)?.metadata.managedFields ?? []).map(
      entry => (entry as unknown as { manager: string }).manager,
    )
  const before = owners()

  await reach(pinned, prepared(), split(50), returned)

  expect(owners()).toEqual(before)
})
