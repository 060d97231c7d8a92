import { afterEach, expect, it } from 'vitest'
import { CartWorld } from './cart-world.ts'
import { pinned, prepared, returned, split } from './goals.ts'

let world: CartWorld
afterEach(() => world.close())

it('row 35: requests are told as lost and as of the wrong version where a mesh is slower than the time that was waited', async () => {
  // The gateway hears of routes late and of pods at once: it still sends to a canary that is gone.
  let late = false
  const propagation = ({ type }: { readonly type: string }): number => (late && type === 'routes' ? 8000 : 50)
  world = await CartWorld.open({ late: 1000, mesh: { propagation } })
  const release = world.release('2.0.0', 'second', { drain: 4000 })
  const { snapshot } = await world.inspect(release)
  world.ledger.start(50)
  for (const [index, goal] of [pinned, prepared(), split(50)].entries()) await world.reach(release, snapshot, goal, index + 1)
  late = true
  const { traffic } = await world.reach(release, snapshot, returned, 4)
  const told = (traffic?.intervals ?? []).flatMap(({ sides }) => [sides.stable, sides.canary])
  const total = (key: 'lost' | 'wrong' | 'unsure'): number => told.reduce((sum, side) => sum + side[key], 0)
  const elsewhere = (traffic?.intervals ?? []).reduce((sum, { nowhere, unclustered }) => sum + nowhere + unclustered, 0)
  const { lost, wrongVersion } = await world.ledger.stop()

  // The last requests were still under way when the route was given back.
  expect(total('lost') + elsewhere).toBeGreaterThan(0)
  expect(total('lost') + elsewhere).toBeLessThanOrEqual(lost)
  expect(total('wrong')).toBeGreaterThan(0)
  expect(total('wrong')).toBeLessThanOrEqual(wrongVersion)
  expect(total('wrong') + total('unsure')).toBeGreaterThanOrEqual(wrongVersion)
})
