// A report says "25 %, lost 0". Had every proxy really that share, and who counted the requests? What is known from confirmations,
// from counting, and what nobody has measured are three things, and people decide by them. Sluice tells lost requests and those of
// the wrong version as its gateways count them, with a lower bound where one went away, and says why where nobody could count. That
// a run's report says when every proxy had a share is told in flagger 2.
import { expect, it } from 'vitest'
import { pinned, prepared, returned, split } from '../goals.ts'
import { openCart } from '../story.ts'

it('row 35: requests are told as lost and as of the wrong version where a mesh is slower than the time that was waited', async () => {
  // The gateway hears of routes late and of pods at once: it still sends to a canary that is gone.
  let isLate = false
  const propagation = ({ type }: { readonly type: string }): number => (isLate && type === 'routes' ? 8000 : 50)
  const world = await openCart({ late: 1000, mesh: { propagation } })
  const release = world.release('2.0.0', 'second', { drain: 4000 })
  const { snapshot } = await world.inspect(release)
  world.ledger.start(50)
  for (const [index, goal] of [pinned, prepared(), split(50)].entries()) await world.reach(release, snapshot, goal, index + 1)
  isLate = true
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

it('row 35: nothing is told of requests where no gateway may be asked, but why', async () => {
  const world = await openCart({ late: 400 })
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

it('row 35: a gateway that comes in mid-run counts from its beginning, and one that goes makes a lower bound', async () => {
  const world = await openCart({ late: 400 })
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
