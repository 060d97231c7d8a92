import { afterEach, expect, it } from 'vitest'
import { CartWorld } from './cart-world.ts'
import { pinned, prepared, returned, split } from './goals.ts'

let world: CartWorld
afterEach(() => world.close())

it('goes back by naming the sides again where somebody has taken the subsets away: nobody is sent to the canary on the way', async () => {
  world = await CartWorld.open()
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  for (const [index, goal] of [pinned, prepared(), split(50)].entries()) await world.reach(release, snapshot, goal, index + 1)
  const store = world.sandbox.apiServer.objects
  const key = { namespace: 'shop', name: 'cart-destinationrule' }
  store.patch('destinationrules.networking.istio.io', key, { spec: { subsets: null } }, { manager: 'kubectl-edit' })
  await world.clock.advance(1000)
  const seen: number[] = []
  const stop = store.subscribe('virtualservices.networking.istio.io', ({ object }) => {
    const { http } = object.spec as { http: { route: { destination: { subset?: string }; weight?: number }[] }[] }
    for (const row of http.flatMap(({ route }) => route)) if (row.destination.subset === 'canary') seen.push(row.weight ?? 0)
  })

  expect(await world.reach(release, snapshot, returned, 9)).toMatchObject({ is: 'reached' })
  stop()

  expect(Math.max(...seen)).toBe(50)
  expect(JSON.stringify(world.resting())).toContain('cart:1.0.0')
})

it('gives the names back before it writes anything else: until then nobody is served', async () => {
  world = await CartWorld.open()
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  for (const [index, goal] of [pinned, prepared(), split(100)].entries()) await world.reach(release, snapshot, goal, index + 1)
  const store = world.sandbox.apiServer.objects
  const key = { namespace: 'shop', name: 'cart-destinationrule' }
  store.patch('destinationrules.networking.istio.io', key, { spec: { subsets: null } }, { manager: 'kubectl-edit' })
  await world.clock.advance(100)
  const written: string[] = []
  const resources = ['virtualservices.networking.istio.io', 'destinationrules.networking.istio.io', 'deployments.apps']
  const stops = resources.map(resource =>
    store.subscribe(resource, ({ type, object }) => void (type === 'MODIFIED' && written.push(object.kind))),
  )

  await world.reach(release, snapshot, returned, 9)
  for (const stop of stops) stop()

  expect(written.slice(0, 2)).toEqual(['DestinationRule', 'VirtualService'])
})

it('takes requests back that somebody turned to a canary before there is one', async () => {
  world = await CartWorld.open()
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  await world.reach(release, snapshot, pinned, 1)
  const store = world.sandbox.apiServer.objects
  const key = { namespace: 'shop', name: 'cart-virtualservice' }
  const routes = 'virtualservices.networking.istio.io'
  const specNow = () => (store.get(routes, key)?.spec ?? { http: [] }) as { http: { route: { weight: number }[] }[] }
  const weights = (): readonly number[] => specNow().http.flatMap(({ route }) => route.map(({ weight }) => weight))
  const spec = specNow()
  const evened = spec.http.map(entry => ({ ...entry, route: entry.route.map(row => ({ ...row, weight: 50 })) }))
  store.patch(routes, key, { spec: { ...spec, http: evened } } as never, { manager: 'kubectl-edit' })
  await world.clock.advance(100)
  const created: (readonly number[])[] = []
  const stop = store.subscribe('deployments.apps', ({ object }) => void (object.metadata.name === 'cart-canary' && created.push(weights())))

  await world.reach(release, snapshot, prepared(), 2)
  stop()

  expect(created[0]).toEqual([100, 0])
})
