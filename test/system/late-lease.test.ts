import { afterEach, expect, it } from 'vitest'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import { CartWorld } from './cart-world.ts'
import { pinned, returned } from './goals.ts'

let world: CartWorld | undefined
afterEach(() => world?.close())

/** The creation of a Lease is under way for a while, and arrives also when nobody waits for it any more. */
function takingLeasesLate(cluster: Cluster): Cluster {
  return {
    ...cluster,
    request: async (request, signal) => {
      const clock = request.method === 'POST' && request.path.includes('/leases') ? world?.clock : undefined
      if (!clock) return cluster.request(request, signal)
      const answered = new Promise<void>(resolve => void clock.after(200, resolve)).then(() => cluster.request(request))
      const cut = new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))
      return Promise.race([answered, cut])
    },
  }
}

it('gives back a Lease that a goal asked for and that came after the goal was cut off', async () => {
  world = await CartWorld.open({ through: takingLeasesLate })
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  const abort = new AbortController()
  world.clock.after(50, () => abort.abort(new Error('aborted')))
  await world.reach(release, snapshot, pinned, 1, abort.signal).catch(() => undefined)

  expect(await world.reach(release, snapshot, returned, 2)).toMatchObject({ is: 'reached' })
  await world.clock.advance(1000)

  expect(world.sandbox.apiServer.objects.list('leases.coordination.k8s.io', 'shop')).toEqual([])
})
