// The DestinationRule holds a third subset, with settings of its own, that another team routes to. A tool that writes the list of
// subsets as a whole deletes it, and that team's users get 503. Sluice adds its two and takes its two away; the third is what it
// was, after a release and after an abort.
import { expect, it } from 'vitest'
import { pinned, prepared, split, wholeCanary } from '../goals.ts'
import { at, beginOn, clean, destinationRules, inShop, openCart, verdict } from '../story.ts'

it('argo 16: a subset that colleagues have in the same rule is there after a release and after an abort, as it was', async () => {
  const theirs = { name: 'pinned', labels: { app: 'cart', team: 'search' }, trafficPolicy: { loadBalancer: { simple: 'ROUND_ROBIN' } } }
  const world = await openCart()
  const store = world.sandbox.apiServer.objects
  const rule = inShop('cart-destinationrule')
  store.patch(destinationRules, rule, { spec: { subsets: [theirs] } }, { manager: 'search-team' })
  await world.clock.advance(1000)
  const { reach } = await beginOn(world)

  await reach(pinned, prepared(), split(50), { to: 'returned', now: false })
  expect(at(store.get(destinationRules, rule), 'subsets')).toEqual([theirs])
  const again = await beginOn(world, { execution: 'again' })
  await again.reach(...wholeCanary)

  expect(at(store.get(destinationRules, rule), 'subsets')).toEqual([theirs])
  expect(await verdict(world)).toEqual(clean)
})
