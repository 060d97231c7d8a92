// A forgotten Deployment has the labels that the Service selects: some users have been served by it for months. Narrowing the route
// to the pods of one revision would cut it off, and those users would see a version disappear that nobody knew of. Sluice refuses
// and names the pods, before anything is written.
import { expect, it } from 'vitest'
import { inShop, openCart, someone } from '../story.ts'

it('row 18: pods behind the Service that are not of the one current revision are refused by their names', async () => {
  const world = await openCart()
  const store = world.sandbox.apiServer.objects
  const labels = { app: 'cart', also: 'legacy' }
  const spec = {
    replicas: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'acme/old:0.9' }] } },
  }
  store.create('deployments.apps', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: inShop('legacy'), spec }, someone)
  await world.clock.advance(10_000)

  const { findings } = await world.inspect(world.release('2.0.0', 'k3f9'))

  expect(findings.filter(each => each.level === 'refuse')).toMatchObject([
    { code: 'SL-RELEASE-UNFINISHED', message: expect.stringContaining('legacy-') },
  ])
})
