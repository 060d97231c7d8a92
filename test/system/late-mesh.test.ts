// A mesh that is slow, that forgets, that refuses: arrival is known or waited for, never assumed.
import { describe, expect, it } from 'vitest'
import { seededRandom } from '#base/index.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import { approval, canaryDeployment, cartSteps, trafficSplit } from './cart-workflow.ts'
import type { CartWorldOptions } from './cart-world.ts'
import { pinned, prepared, split, wholeCanary } from './goals.ts'
import { atRest, begin, clean, inShop, openPlane, someone, verdict, virtualServices, type StoryOptions } from './story.ts'
import { canaryPods, courseOf, lookAt } from './witness.ts'

/** Each type of configuration takes up to `most` milliseconds to each proxy, every time anew. */
const slow = (seed: number, most: number, more: CartWorldOptions['mesh'] = {}): StoryOptions => {
  const random = seededRandom(seed)
  const mesh = { gateways: 2, propagation: () => Math.floor(random() * most), ...more }
  return { seed, late: most + 1000, settle: 'acknowledged', gap: 250, mesh }
}

it.each([61, 62])(
  'argo 28: a whole release while every object takes up to 30 s to each proxy, in any order (seed %i): nothing lost, nothing late on the old version',
  async seed => {
    const { world, reach, witness } = await begin({ ...slow(seed, 30_000), settle: 'seconds', gap: 500 })
    world.sandbox.switches.pods({ version: '1.0.0' }, { latency: 400 })

    await reach(...wholeCanary)

    // From the moment at which the last old pod is gone nobody can have been sent to one: it would have been lost.
    expect(witness.sights.at(-1)).toMatchObject({ route: 'cart-svc 100', ready: { '2.0.0': 4 } })
    expect(await verdict(world)).toEqual(clean)
  },
)

describe('row 12: a nonce changes for another reason than our write', () => {
  it('gateways turn from one istiod to another all the time, one of which reads five seconds late: nobody is believed too early', async () => {
    let late: string | undefined
    const readDelay = (name: string): number => ((late ??= name) === name ? 5000 : 10)
    const options = slow(64, 300, { istiods: 3, readDelay })
    const { world, reach } = await begin({ ...options, late: 8000 })
    const random = seededRandom(65)
    const turn = (): void => {
      for (const name of world.sandbox.mesh.gateways.keys()) if (random() < 0.5) world.sandbox.mesh.connect(name)
      world.clock.after(1500, turn)
    }
    turn()

    await reach(pinned, prepared(), split(50), { to: 'returned', now: false })

    expect(await verdict(world)).toEqual(clean)
  })
})

describe('row 13: a proxy that is cut off from istiod keeps what it believes', () => {
  it('a removal waits for it, says so, and goes on when it is back', async () => {
    const { world, release, snapshot, reach } = await begin(slow(66, 300))
    await reach(pinned, prepared(), split(50))
    const [cut = ''] = [...world.sandbox.mesh.gateways.keys()].toSorted()
    world.sandbox.mesh.disconnect(cut)

    const back = world.reach(release, snapshot, { to: 'returned', now: false }, 9)
    await world.clock.advance(40_000)
    expect(canaryPods(world).length).toBeGreaterThan(0)
    expect(world.told.at(-1)?.says).toContain('1 of 2 proxies, 1 not connected to istiod')
    world.sandbox.mesh.connect(cut)

    expect(await back).toMatchObject({ is: 'reached' })
    expect(canaryPods(world)).toEqual([])
    expect(await verdict(world)).toMatchObject({ lost: 0 })
  })

  it('no proxy at all is not "arrived": with every gateway away nothing is shifted', async () => {
    const { world, release, snapshot, reach, witness } = await begin(slow(67, 300))
    await reach(pinned, prepared())
    for (const name of world.sandbox.mesh.gateways.keys()) world.sandbox.mesh.disconnect(name)
    const cut = new AbortController()

    const going = world.reach(release, snapshot, split(10), 9, cut.signal).catch(() => 'cut')
    await world.clock.advance(8000)
    expect(lookAt(world).route).toBe('canary 0, stable 100')
    expect(world.told.at(-1)?.says).toContain('0 of 2 proxies, 2 not connected to istiod')
    cut.abort(new Error('cut'))

    expect(await going).toBe('cut')
    expect(courseOf(witness.sights, ({ canary }) => canary).at(-1)).toBe('2.0.0 x 1')
  })
})

it("row 21: a stranger's route makes the gateways refuse everything at 10 %: no step goes on, and its words and its proxy are named", async () => {
  const { world, plane, run, ended } = await openPlane({ settle: 'acknowledged', webhook: false })
  const before = atRest(world)
  const steps = [canaryDeployment(), trafficSplit(10), approval(), trafficSplit(50), approval()]
  const id = await run(cartSteps('2.0.0', { mode: 'acknowledged' }, ...steps), '2.0.0')
  const asks = (view: ExecutionView): boolean => view.question !== undefined
  await plane.until(id, asks)
  const rows = ['a', 'b'].map(subset => ({ destination: { host: 'cart-svc', subset }, weight: 0 }))
  const stranger = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: inShop('stranger'),
    spec: { hosts: ['broken.test'], gateways: ['cart-gateway'], http: [{ route: rows }] },
  }
  world.sandbox.apiServer.objects.create(virtualServices, stranger, someone)
  await world.clock.advance(5000)

  await plane.command(id, { do: 'approve', who: 'bob' })
  await plane.until(id, view => view.status === 'returning')
  await world.clock.advance(60_000)
  const stuck = await plane.view(id)
  expect(JSON.stringify(stuck.failure ?? stuck)).toMatch(/istio-ingressgateway-\S+.*rejects|rejects.*istio-ingressgateway/)
  expect(JSON.stringify(stuck)).toContain('WeightedClusters')
  expect(canaryPods(world).length).toBeGreaterThan(0)
  world.sandbox.apiServer.objects.delete(virtualServices, inShop('stranger'))

  expect(await ended(id)).toMatchObject({ status: 'returned', exit: 1 })
  expect(atRest(world)).toBe(before)
  expect(await verdict(world)).toMatchObject({ lost: 0 })
})
