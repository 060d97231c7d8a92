// A release has two routes, one for the gateway and one for another host. A webhook refuses the split in the second one. Users of
// one host would be on other shares than users of the other, and nobody would have decided that. Sluice says what the webhook said
// and goes back with both: no request is lost, and both are as before.
import { expect, it } from 'vitest'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import { pinned, prepared, returned, split } from '../goals.ts'
import { destinations, twoHosts, twoRoutes } from '../routes-world.ts'
import { openCart } from '../story.ts'
import { resting } from '../told-apart-world.ts'

/** A webhook that refuses a split of 25 % in one of the routes. */
function refusing(cluster: Cluster, webhook: { readonly refuses: boolean }): Cluster {
  const message = 'admission webhook "policy.example.com" denied the request: no weight of 25'
  return {
    ...cluster,
    request: (request, signal) => {
      const concerns =
        request.method === 'PATCH' && request.path.includes('/cart-inside') && /"(weight|value)":25\b/.test(JSON.stringify(request.body))
      if (!concerns || !webhook.refuses) return cluster.request(request, signal)
      return Promise.resolve({
        status: 403,
        warnings: [],
        body: { kind: 'Status', status: 'Failure', reason: 'Forbidden', code: 403, message },
      })
    },
  }
}

it('argo 18: goes back where the webhook refuses the second: no request lost, everything as before', async () => {
  const webhook = { refuses: true }
  const world = await openCart({ ...twoRoutes, through: cluster => refusing(cluster, webhook) })
  const before = resting(world)
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  world.ledger.start(20, twoHosts)
  for (const [index, goal] of [pinned, prepared()].entries()) await world.reach(release, snapshot, goal, index + 1)

  await expect(world.reach(release, snapshot, split(25), 3)).rejects.toMatchObject({
    message: expect.stringContaining('no weight of 25') as string,
  })
  expect(destinations(world, 'cart-inside')).toMatchObject([[{ weight: 100 }, { weight: 0 }]])
  await world.reach(release, snapshot, returned, 4)

  const tally = await world.clock.runUntil(world.ledger.stop())
  expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
  expect(resting(world)).toBe(before)
})
