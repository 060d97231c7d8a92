import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom } from '#base/index.ts'
import { CartWorld, lateMesh, type CartWorldOptions } from './cart-world.ts'
import { returned, wholeCanary as canary } from './goals.ts'

const worlds: CartWorld[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(world => world.close()))
})

/** Every type reaches every proxy with a delay of its own, up to 2 s; arrival is known from istiod. */
async function open(seed: number, mesh: CartWorldOptions['mesh'] = {}): Promise<CartWorld> {
  const late = lateMesh(seed)
  const world = await CartWorld.open({ ...late, settle: 'acknowledged', mesh: { ...late.mesh, ...mesh } })
  worlds.push(world)
  return world
}

const atRest = (world: CartWorld): string =>
  JSON.stringify(world.resting().filter(object => (object as { kind: string }).kind !== 'ConfigMap'))

describe('settling by acknowledgement', () => {
  for (const [form, mesh] of [
    ['nonces of Istio 1.27', { version: '1.27.1' }],
    ['nonces of Istio 1.30, three istiods, three gateways', { version: '1.30.0', istiods: 3, gateways: 3 }],
  ] as const)
    it(`a whole canary, ${form}: no request lost, no wrong version, at rest as the manifests say`, async () => {
      const world = await open(11, mesh)
      const before = atRest(world)
      const release = world.release('2.0.0', 'k3f9')
      const { snapshot, settle } = await world.inspect(release)
      expect(settle.how).toBe('acknowledged')
      world.ledger.start(50)
      for (const [index, goal] of canary.entries()) {
        expect(await world.reach(release, snapshot, goal, index + 1)).toMatchObject({ is: 'reached' })
        await world.clock.advance(2000)
      }
      const tally = await world.clock.runUntil(world.ledger.stop())
      expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
      expect(tally.byVersion['2.0.0']).toBeGreaterThan(100)
      expect(atRest(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
    })

  /** Aborts that come at a random moment of the goal with this index; of even seeds, with the process that knew the mesh gone. */
  it.each([3, 4].map(goal => ({ goal, seed: 200 + goal })))(
    'an abort in goal $goal (seed $seed): the old version, no request lost, everything as it was',
    async ({ goal, seed }) => {
      const world = await open(seed)
      const before = atRest(world)
      const release = world.release('2.0.0', 'k3f9')
      const { snapshot } = await world.inspect(release)
      world.ledger.start(50)
      for (const [index, each] of canary.slice(0, goal).entries()) await world.reach(release, snapshot, each, index + 1)
      const abort = new AbortController()
      world.clock.after(Math.floor(seededRandom(seed)() * 6000), () => abort.abort(new Error('aborted')))
      const cut = canary[goal]
      if (cut) await world.reach(release, snapshot, cut, goal + 1, abort.signal).catch(() => undefined)
      if (seed % 2 === 0) world.forget()
      expect(await world.reach(release, snapshot, returned, 100)).toMatchObject({ is: 'reached' })
      await world.clock.advance(5000)
      const tally = await world.clock.runUntil(world.ledger.stop())
      expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
      expect(atRest(world)).toBe(before)
    },
  )
})
