// The way back: from wherever a run is, users are on the old version first, as much of it as its ready pods carry.
import { describe, expect, it } from 'vitest'
import type { ExecutionView } from '#protocol/http/index.ts'
import { approval, canaryDelete, canaryDeployment, rolloutDeployment, trafficSplit } from './cart-workflow.ts'
import { atRest as rest, pinned, prepared, promoted, returned, split } from './goals.ts'
import { at, atRest, begin, clean, inShop, openPlane, someone, verdict, virtualServices } from './story.ts'
import { courseOf, lookAt, stablePods, type Sight } from './witness.ts'

const asks = (view: ExecutionView): boolean => view.question !== undefined
const shareOfStable = ({ route }: Sight): number => Number(/stable (\d+)/.exec(route)?.[1] ?? 100)

describe('argo 7: an abort when nothing runs', () => {
  it('is refused with the words for it, and nothing changes', async () => {
    const { world, plane, start, ended } = await openPlane({ gap: 100 })
    const id = await start('2.0.0', canaryDeployment(), trafficSplit(50), rolloutDeployment(), canaryDelete())
    await ended(id)
    const after = atRest(world)

    await expect(plane.command(id, { do: 'abort', now: false, who: 'bob' })).rejects.toMatchObject({ code: 'SL-EXECUTION-ENDED' })

    await world.clock.advance(60_000)
    expect(atRest(world)).toBe(after)
    expect(await verdict(world)).toEqual(clean)
  })
})

it('argo 8: five pods, two canary pods at 20 %, more at 40 %, then an abort: traffic first, then the canary; the five are never touched', async () => {
  const { world, plane, start, ended, witness } = await openPlane({ replicas: 5 })
  const before = stablePods(world).map(({ metadata }) => metadata.uid)
  const id = await start('2.0.0', canaryDeployment({ count: 2 }), trafficSplit(20), approval(), trafficSplit(40), approval())
  await plane.until(id, asks)
  expect(lookAt(world)).toMatchObject({ route: 'canary 20, stable 80', ready: { '1.0.0': 5, '2.0.0': 2 } })
  await plane.command(id, { do: 'approve', who: 'bob' })
  await plane.until(id, view => view.question?.step === 'canary/deploy/5')
  const from = witness.sights.length
  expect(lookAt(world).route).toBe('canary 40, stable 60')

  await plane.command(id, { do: 'abort', now: false, who: 'bob' })
  await ended(id)

  expect(courseOf(witness.sights.slice(from), ({ route, canary }) => `${route} | ${canary}`)).toEqual([
    'canary 0, stable 100 | 2.0.0 x 2',
    'canary 0, stable 100 | none',
    'cart-svc 100 | none',
  ])
  expect(Math.min(...witness.sights.map(({ ready }) => ready['1.0.0'] ?? 0))).toBe(5)
  expect(stablePods(world).map(({ metadata }) => metadata.uid)).toEqual(before)
  expect(await verdict(world)).toEqual(clean)
})

describe('row 11: one of ten old pods is ready when somebody aborts at 50 %', () => {
  const halfOfTen = async () => {
    const story = await begin({ replicas: 10 })
    await story.reach(pinned, prepared(), split(50))
    const ill = stablePods(story.world).slice(1)
    for (const { metadata } of ill) story.world.sandbox.switches.pods({ name: metadata.name }, { readyAfter: 'never' })
    await story.world.clock.advance(2000)
    for (const [index, { metadata }] of ill.entries())
      story.world.clock.after(5000 * (index + 1), () => story.world.sandbox.switches.pods({ name: metadata.name }, { readyAfter: 0 }))
    return { ...story, from: story.witness.sights.length }
  }

  it('it gets no more than it carries, and follows as the others become ready', async () => {
    const { world, reach, witness, from } = await halfOfTen()

    await reach(returned)

    const seen = witness.sights.slice(from)
    const shares = courseOf(seen, each => String(shareOfStable(each))).map(Number)
    expect(shares.at(-1)).toBe(100)
    expect(shares.length).toBeGreaterThan(3)
    expect(seen.filter(each => shareOfStable(each) > Math.max(50, 10 * (each.ready['1.0.0'] ?? 0)))).toEqual([])
    expect(await verdict(world)).toEqual(clean)
  })

  it('with --now it gets everything at once', async () => {
    const { world, reach, witness, from } = await halfOfTen()

    await reach({ to: 'returned', now: true })

    expect(courseOf(witness.sights.slice(from), ({ route }) => route)).toEqual(['canary 0, stable 100', 'cart-svc 100'])
    expect(await verdict(world)).toEqual(clean)
  })
})

it('argo 24: at 75 % stable has kept all its pods, so that an abort needs no pod and no time', async () => {
  const { world, reach, witness } = await begin()
  await reach(pinned, prepared(), split(25), split(75))
  expect(lookAt(world)).toMatchObject({ ready: { '1.0.0': 4, '2.0.0': 3 } })
  const from = witness.sights.length

  await reach(returned)

  expect(courseOf(witness.sights.slice(from), ({ route, ready }) => `${route} | ${ready['1.0.0']}`)).toEqual([
    'canary 0, stable 100 | 4',
    'cart-svc 100 | 4',
  ])
  expect(await verdict(world)).toEqual(clean)
})

it('argo 26: after an abort the service is scaled to one pod: nothing is stuck, and the next run goes through', async () => {
  const { world, plane, start, ended } = await openPlane()
  const first = await start('2.0.0', canaryDeployment(), trafficSplit(50), approval())
  await plane.until(first, asks)
  await plane.command(first, { do: 'abort', now: false, who: 'bob' })
  await ended(first)
  world.sandbox.apiServer.objects.patch('deployments.apps', inShop('cart'), { spec: { replicas: 1 } }, someone)
  await world.clock.advance(10_000)
  expect(lookAt(world)).toMatchObject({ route: 'cart-svc 100', stable: '1.0.0 x 1' })

  const second = await start('2.0.0', canaryDeployment(), trafficSplit(50), rolloutDeployment(), canaryDelete())

  expect(await ended(second)).toMatchObject({ status: 'done' })
  expect(await verdict(world)).toMatchObject({ wrongVersion: 0 })
})

it("row 22: istiod's webhook is down when somebody aborts at 50 %: the way back says what blocks it, tries again, and ends", async () => {
  const { world, plane, start, ended } = await openPlane()
  const before = atRest(world)
  const id = await start('2.0.0', canaryDeployment(), trafficSplit(50), approval())
  await plane.until(id, asks)
  const store = world.sandbox.apiServer.objects
  const istiod = store.get('deployments.apps', { namespace: 'istio-system', name: 'istiod' })
  const scaled = (replicas: number): unknown =>
    store.patch('deployments.apps', { namespace: 'istio-system', name: 'istiod' }, { spec: { replicas } }, someone)
  expect(at(istiod, 'replicas')).toBe(1)
  scaled(0)
  await world.clock.advance(5000)

  await plane.command(id, { do: 'abort', now: false, who: 'bob' })
  await world.clock.advance(60_000)
  const blocked = await plane.view(id)
  expect(blocked).toMatchObject({ status: 'returning' })
  expect(JSON.stringify(blocked)).toMatch(/webhook|istiod/)
  scaled(1)

  expect(await ended(id)).toMatchObject({ status: 'returned', exit: 1 })
  expect(atRest(world)).toBe(before)
  expect(await verdict(world)).toEqual(clean)
})

it('row 4: behind the end of instant return the old version comes back under the load, as a new one would', async () => {
  const { world, reach, witness } = await begin()
  await reach(pinned, prepared(), split(50), promoted)
  const from = witness.sights.length
  expect(lookAt(world)).toMatchObject({ stable: '2.0.0 x 4', route: 'canary 0, stable 100' })

  await reach(returned)

  const seen = witness.sights.slice(from)
  expect(courseOf(seen, ({ stable }) => stable)).toEqual(['2.0.0 x 4', '1.0.0 x 4'])
  const serving = ({ ready }: Sight): number => (ready['1.0.0'] ?? 0) + (ready['2.0.0'] ?? 0)
  expect(Math.min(...seen.map(serving))).toBeGreaterThanOrEqual(4)
  expect(lookAt(world)).toMatchObject({ route: 'cart-svc 100', stable: '1.0.0 x 4', canary: 'none' })
  expect(await verdict(world)).toEqual(clean)
})

it('argo 21, flagger 17: Sluice leaves no trace on what it released: no label, no annotation, no subset, no pause, no Lease', async () => {
  const { world, reach } = await begin()
  const before = atRest(world)

  await reach(pinned, prepared(), split(50), promoted, rest)

  expect(atRest(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  const text = JSON.stringify(world.resting().filter(each => (each as { kind: string }).kind !== 'ConfigMap'))
  expect(text).not.toMatch(/sluice/)
  const managers = (world.sandbox.apiServer.objects.get(virtualServices, inShop('cart-virtualservice'))?.metadata.managedFields ?? []).map(
    entry => (entry as unknown as { manager: string }).manager,
  )
  expect(managers).not.toContain('sluice-run')
  expect(await verdict(world)).toEqual(clean)
})
