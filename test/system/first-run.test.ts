// Sluice meets a service that has been serving for years: deployed by kubectl, unknown to any tool, under load.
import { expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { lateMesh, type CartWorldOptions } from './cart-world.ts'
import { atRest as rest, pinned, prepared, promoted, returned, split, wholeCanary } from './goals.ts'
import { at, atRest, begin, beginOn, clean, inShop, openCart, someone, verdict } from './story.ts'
import { courseOf, type Sight } from './witness.ts'

const route = ({ route: rows }: Sight): string => rows

it('argo 5, argo 6: a route with one entry without a name is split between two subsets, step by step, and is bare again at the end', async () => {
  const { world, reach, witness } = await begin(lateMesh(5))

  await reach(...wholeCanary)

  expect(witness.course(route)).toEqual([
    'cart-svc 100',
    'canary 0, stable 100',
    'canary 10, stable 90',
    'canary 50, stable 50',
    'canary 100, stable 0',
    'canary 50, stable 50',
    'canary 0, stable 100',
    'cart-svc 100',
  ])
  expect(witness.course(({ subsets }) => subsets)).toEqual(['none', 'canary, stable 1.0.0', 'canary, stable 2.0.0', 'none'])
  expect(await verdict(world)).toEqual(clean)
})

it('argo 27, flagger 1: the first run on a workload with live traffic costs no request and no ready pod', async () => {
  const { world, reach, witness } = await begin(lateMesh(6))

  await reach(pinned, prepared())
  const adopted = witness.sights.length
  await reach(split(50), promoted, rest)

  const serving = ({ ready }: Sight): number => (ready['1.0.0'] ?? 0) + (ready['2.0.0'] ?? 0)
  expect(Math.min(...witness.sights.slice(0, adopted).map(({ ready }) => ready['1.0.0'] ?? 0))).toBe(4)
  expect(Math.min(...witness.sights.map(serving))).toBeGreaterThanOrEqual(4)
  expect(witness.sights.at(-1)).toMatchObject({ stable: '2.0.0 x 4', canary: 'none', ready: { '2.0.0': 4 } })
  expect(await verdict(world)).toEqual(clean)
})

it('argo 1: with a host for each version the stable Service keeps the old pods until the drain is over', async () => {
  const { world, reach, witness } = await begin({ ...lateMesh(7), more: { isolate: true } })

  await reach(pinned, prepared(), split(10))
  expect(witness.sights.at(-1)).toMatchObject({ route: 'cart-svc 90, cart-svc-canary 10', ready: { '1.0.0': 4, '2.0.0': 1 } })
  await reach(promoted, rest)

  const all = witness.sights.find(sight => sight.route.includes('cart-svc-canary 100'))
  const rolled = witness.sights.find(({ stable }) => stable.startsWith('2.0.0'))
  expect((rolled?.at ?? 0) - (all?.at ?? Infinity)).toBeGreaterThanOrEqual(1000)
  expect(witness.sights.at(-1)).toMatchObject({ route: 'cart-svc 100', stable: '2.0.0 x 4' })
  expect(await verdict(world)).toEqual(clean)
})

it('row 1: a first run is aborted: stable through its subset, then drain, then the canary, and only then the bare route', async () => {
  const { world, reach, witness } = await begin(lateMesh(8))
  const before = atRest(world)
  await reach(pinned, prepared(), split(50))
  const begun = witness.sights.length

  await reach(returned)

  const back = ({ route: rows, subsets, canary }: Sight): string => `${rows} | ${canary} | ${subsets}`
  expect(courseOf(witness.sights.slice(begun - 1), back)).toEqual([
    'canary 50, stable 50 | 2.0.0 x 2 | canary, stable 1.0.0',
    'canary 0, stable 100 | 2.0.0 x 2 | canary, stable 1.0.0',
    'canary 0, stable 100 | none | canary, stable 1.0.0',
    'cart-svc 100 | none | canary, stable 1.0.0',
    'cart-svc 100 | none | none',
  ])
  expect(atRest(world)).toBe(before)
  expect(await verdict(world)).toEqual(clean)
})

/** Objects that are there before the first run; other names where the release is not. */
const renamed = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
  JSON.parse(JSON.stringify(objects).replaceAll('cart', 'tea').replaceAll('test.com', 'tea.com')) as KubernetesObject[]

it('row 16: a first deployment is a plain apply, its splits do nothing, and a failure removes what it made', async () => {
  const world = await openCart()
  const release = world.release('2.0.0', 'k3f9', { name: 'tea' }, renamed)
  const { snapshot } = await world.inspect(release)
  expect(snapshot.first).toBe(true)

  for (const [index, goal] of [pinned, prepared(), split(50), promoted].entries()) await world.reach(release, snapshot, goal, index + 1)
  const store = world.sandbox.apiServer.objects
  expect(at(store.get('deployments.apps', inShop('tea')), 'replicas')).toBe(4)
  expect(store.get('deployments.apps', inShop('tea-canary'))).toBeUndefined()
  await world.reach(release, snapshot, returned, 5)

  expect(store.get('deployments.apps', inShop('tea'))).toBeUndefined()
  expect(store.get('services', inShop('tea-svc'))).toBeUndefined()
})

it('row 16: a workload that was renamed is refused: the pods of the old name still serve', async () => {
  const world = await openCart()
  const rename = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
    objects.map(object => (object.kind === 'Deployment' ? { ...object, metadata: { ...object.metadata, name: 'cart-v2' } } : object))

  const { findings } = await world.inspect(world.release('2.0.0', 'k3f9', {}, rename))

  expect(findings.filter(({ level }) => level === 'refuse')).toMatchObject([
    { code: 'SL-RELEASE-UNFINISHED', message: expect.stringMatching(/Deployment shop\/cart-v2: cart-\w+/) },
  ])
})

const tracking = { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/cart' }

it('row 19: the canary carries no mark by which a GitOps tool would call it its own and prune it', async () => {
  const tracked: CartWorldOptions = {
    change: objects =>
      objects.map(object => {
        if (object.kind !== 'Deployment') return object
        const labels = { 'app.kubernetes.io/instance': 'shop' }
        return { ...object, metadata: { ...object.metadata, annotations: tracking, labels } }
      }),
  }
  const { world, reach } = await begin(tracked)
  const store = world.sandbox.apiServer.objects
  store.patch('deployments.apps', inShop('cart'), { metadata: { annotations: tracking } }, someone)

  await reach(pinned, prepared())

  const { annotations = {}, labels = {} } = store.get('deployments.apps', inShop('cart-canary'))?.metadata ?? {}
  expect(Object.keys({ ...annotations, ...labels }).filter(key => /argocd|instance/.test(key))).toEqual([])
})

it('row 3: a caller that bypasses the route gets the canary by its pods; with a Service of its own it gets none', async () => {
  const inside = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: inShop('inside'),
    spec: { gateways: ['cart-gateway'], hosts: ['inside.com'], http: [{ route: [{ destination: { host: 'cart-svc' } }] }] },
  }
  const bypassed = async (isolate: boolean): Promise<number> => {
    const world = await openCart({ more: { isolate } })
    world.sandbox.apiServer.objects.create('virtualservices.networking.istio.io', inside, someone)
    await world.clock.advance(1000)
    const { findings } = await world.inspect(world.release('2.0.0', 'k3f9'))
    expect(findings.map(({ code }) => code).includes('SL-PREFLIGHT-BYPASSED')).toBe(!isolate)
    const { reach } = await beginOn(world, {}, { hosts: ['inside.com'] })
    await reach(pinned, prepared(100))
    await world.clock.advance(10_000)
    return (await world.clock.runUntil(world.ledger.stop())).byVersion['2.0.0'] ?? 0
  }

  expect(await bypassed(false)).toBeGreaterThan(100)
  expect(await bypassed(true)).toBe(0)
})
