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
  const { lost, wrongVersion } = await world.clock.runUntil(world.ledger.stop())

  // The last requests were still under way when the route was given back.
  expect(total('lost') + elsewhere).toBeGreaterThan(0)
  expect(total('lost') + elsewhere).toBeLessThanOrEqual(lost)
  expect(total('wrong')).toBeGreaterThan(0)
  expect(total('wrong')).toBeLessThanOrEqual(wrongVersion)
  expect(total('wrong') + total('unsure')).toBeGreaterThanOrEqual(wrongVersion)
})

it('nothing is told of requests where no gateway may be asked, but why', async () => {
  world = await CartWorld.open({ late: 400 })
  world.sandbox.switches.forbid(({ resource }) => resource === 'pods/portforward')
  const release = world.release('2.0.0', 'second')
  const { snapshot } = await world.inspect(release)
  world.ledger.start(100)
  await world.reach(release, snapshot, pinned, 1)
  await world.clock.advance(2000)
  expect((await world.reach(release, snapshot, returned, 2)).traffic).toEqual({
    by: '',
    intervals: [],
    why: 'none of its gateways tells what it has counted',
  })
})

it('a gateway that comes in mid-run counts from its beginning, and one that goes makes a lower bound', async () => {
  world = await CartWorld.open({ late: 400 })
  const release = world.release('2.0.0', 'second')
  const { snapshot } = await world.inspect(release)
  await world.reach(release, snapshot, pinned, 1)
  const store = world.sandbox.apiServer.objects
  const [gateway] = store.list('pods', 'istio-system').filter(pod => pod.metadata.labels?.['istio'] === 'ingressgateway')
  store.delete('pods', { namespace: 'istio-system', name: gateway?.metadata.name ?? '' })
  await world.clock.advance(5000)
  world.ledger.start(50)
  await world.clock.advance(2000)
  const { traffic } = await world.reach(release, snapshot, returned, 2)
  const { requests } = await world.clock.runUntil(world.ledger.stop())

  expect(traffic?.intervals.flatMap(({ missing }) => missing)).toEqual([`${gateway?.metadata.name} went away`])
  const counted = (traffic?.intervals ?? []).reduce((sum, { sides }) => sum + sides.stable.requests, 0)
  expect(counted).toBeGreaterThan(30)
  expect(counted).toBeLessThanOrEqual(requests)
})
