// Two releases follow one another, as they do every day. Some tools swap the roles of their two sides each time. Then a name that
// serves users means other pods from one moment to the next, and a proxy that hears of it late sends them to the wrong ones. With
// Sluice stable stays stable: its subset turns to new pods once in a release, without weight, and Services keep their selectors.
import { expect, it } from 'vitest'
import { lateMesh } from '../cart-world.ts'
import { wholeCanary } from '../goals.ts'
import { at, atRest, clean, openCart, verdict } from '../story.ts'
import { witness } from '../witness.ts'

it('argo 11: one release after another: no name of a serving side is ever given to other pods', async () => {
  const world = await openCart(lateMesh(21))
  const before = atRest(world)
  const selectors = (): unknown => world.sandbox.apiServer.objects.list('services', 'shop').map(service => at(service, 'selector'))
  const selected = selectors()
  world.ledger.start(20)
  const seen = witness(world)

  for (const version of ['2.0.0', '3.0.0']) {
    const release = world.release(version, version)
    const { snapshot } = await world.inspect(release)
    for (const [index, goal] of wholeCanary.entries()) await world.reach(release, snapshot, goal, index + 1)
  }

  // The subset of the old pods turns to the new ones once in a release, and only while it has no weight.
  const turned = seen.sights.filter(({ subsets }, index) => index > 0 && subsets !== seen.sights[index - 1]?.subsets)
  const carrying = turned.filter(({ route }) => /stable [1-9]/.test(route)).map(({ subsets }) => subsets)
  expect(carrying).toEqual([])
  expect(selectors()).toEqual(selected)
  expect(atRest(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:3.0.0'))
  expect(await verdict(world)).toEqual(clean)
})
