// Pods: whoever gets requests has the pods for them, whatever autoscalers, quotas and nodes do meanwhile.
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import type { ResolvedStep } from '#model/workflow/index.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import { approval, canaryDelete, canaryDeployment, rolloutDeployment, trafficSplit } from './cart-workflow.ts'
import { lateMesh } from './cart-world.ts'
import { atRest as rest, pinned, prepared, promoted, returned, split } from './goals.ts'
import { at, atRest, begin, clean, inShop, openPlane, someone, verdict } from './story.ts'
import { lookAt, stablePods, type Sight } from './witness.ts'

const autoscalers = 'horizontalpodautoscalers.autoscaling'
const asks = (view: ExecutionView): boolean => view.question !== undefined

const autoscaler = (minReplicas: number): KubernetesObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: inShop('cart'),
  spec: { minReplicas, maxReplicas: 10, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' }, metrics: [] },
})

/** Percent that a subset has; a bare route is stable's. */
const share = ({ route }: Sight, subset: string): number =>
  Number(new RegExp(`${subset} (\\d+)`).exec(route)?.[1] ?? (subset === 'stable' && route.startsWith('cart-svc') ? 100 : 0))

it('row 10: everybody is moved twice, and at every moment each side has the ready pods for its share', async () => {
  const { world, reach, witness } = await begin(lateMesh(31))

  await reach(pinned, prepared(), split(50), promoted, rest)

  const carried = witness.sights.map(sight => {
    const canary = sight.canary.startsWith('2.0.0') ? Number(sight.canary.split(' x ')[1]) : 0
    const rolled = sight.subsets === 'canary, stable 2.0.0'
    const ofStable = rolled ? (sight.ready['2.0.0'] ?? 0) - canary : (sight.ready['1.0.0'] ?? 0)
    return { sight, canary: Math.min(canary, sight.ready['2.0.0'] ?? 0), ofStable }
  })
  const short = carried.filter(({ sight, canary, ofStable }) => {
    if (sight.route.startsWith('cart-svc')) return Object.values(sight.ready).reduce((sum, each) => sum + each, 0) < 4
    return share(sight, 'canary') > 25 * canary || share(sight, 'stable') > 25 * ofStable
  })
  expect(short).toEqual([])
  expect(await verdict(world)).toEqual(clean)
})

describe('row 10: no node takes the pods that the canary would need for everybody', () => {
  it('the promotion holds and says so; users stay where they are; with room it goes on', async () => {
    const { world, plane, start, ended } = await openPlane({ gap: 100 })
    const id = await start('2.0.0', canaryDeployment(), trafficSplit(25), approval(), rolloutDeployment(), canaryDelete())
    await plane.until(id, asks)
    const pods = world.sandbox.apiServer.objects.list('pods').length
    world.sandbox.switches.capacity(pods + 1)
    await plane.command(id, { do: 'approve', who: 'bob' })

    await world.clock.advance(120_000)
    const held = await plane.view(id)
    expect(held.ended).toBeUndefined()
    expect(JSON.stringify(held.waiting ?? held.question)).toMatch(/2 of 4 pods ready \(Pod shop.cart-canary-.*Too many pods/)
    expect(lookAt(world)).toMatchObject({ route: 'canary 25, stable 75', stable: '1.0.0 x 4' })
    world.sandbox.switches.capacity(pods + 20)

    expect(await ended(id)).toMatchObject({ status: 'done' })
    expect(await verdict(world)).toEqual(clean)
  })
})

describe('row 10: a quota refuses the pods that the canary would need for everybody', () => {
  const held = async (onFailure: ResolvedStep['onFailure']) => {
    const story = await openPlane({ gap: 100 })
    const { world, plane, start } = story
    const rollout = { ...rolloutDeployment(), timeout: 180_000, onFailure }
    const id = await start('2.0.0', canaryDeployment(), trafficSplit(25), approval(), rollout, canaryDelete())
    await plane.until(id, asks)
    const { objects } = world.sandbox.apiServer
    const pods = objects.list('pods', 'shop').length
    objects.create(
      'resourcequotas',
      { apiVersion: 'v1', kind: 'ResourceQuota', metadata: inShop('team'), spec: { hard: { pods: String(pods + 1) } } },
      someone,
    )
    await plane.command(id, { do: 'approve', who: 'bob' })
    await world.clock.advance(120_000)
    const { waiting, ended } = await plane.view(id)
    expect(ended).toBeUndefined()
    expect(waiting?.for).toMatch(/2 of 4 pods ready \(ReplicaSet shop.cart-canary-.* exceeded quota: team/)
    return { ...story, id }
  }
  const reason = /^Step "Rollout Deployment": not done within 3 m; it waited for .*exceeded quota: team/

  it('it is named while the step holds, and by the question that its deadline turns into, while users stay where they are', async () => {
    const { world, plane, id, ended } = await held({ retry: { times: 0, every: 0 }, do: 'rollbackWorkflow', hold: { for: 3_600_000 } })
    await plane.until(id, asks)
    const { question } = await plane.view(id)
    expect(question?.question).toMatch(reason)
    expect(lookAt(world)).toMatchObject({ route: 'canary 25, stable 75', stable: '1.0.0 x 4' })

    await plane.command(id, { do: 'answer', answer: 'back', who: 'bob' })

    expect(await ended(id)).toMatchObject({ status: 'returned' })
    expect(await verdict(world)).toEqual(clean)
  })

  it('it is named as the cause of the way back where the workflow goes back', async () => {
    const { world, id, ended } = await held({ retry: { times: 0, every: 0 }, do: 'rollbackWorkflow' })

    const view = await ended(id)

    expect(view).toMatchObject({ status: 'returned', failure: { code: 'SL-EXECUTION-STEP-TIMEOUT' } })
    expect(view.failure?.message).toMatch(reason)
    expect(await verdict(world)).toEqual(clean)
  })
})

describe('no node takes an old pod again, for the canary has its place', () => {
  const full = async (lost: number) => {
    const story = await begin({ gap: 100 })
    await story.reach(pinned, prepared(), split(50))
    const { objects } = story.world.sandbox.apiServer
    const old = stablePods(story.world)
    story.world.sandbox.switches.capacity(objects.list('pods').length - lost)
    for (const { metadata } of old.slice(0, lost)) objects.delete('pods', inShop(metadata.name))
    await story.world.clock.advance(60_000)
    expect(lookAt(story.world).ready['1.0.0']).toBe(4 - lost)
    return story
  }

  it('the way back takes everybody to those that are there, the canary goes, and the old pod has its place', async () => {
    const { world, reach } = await full(1)

    expect(await reach(returned)).toMatchObject({ is: 'reached' })

    await world.clock.advance(60_000)
    expect(lookAt(world)).toMatchObject({ route: 'cart-svc 100', canary: 'none' })
    expect(await verdict(world)).toEqual(clean)
  })

  it('where too few are there, they carry what they can, it says why, and --now takes everybody all the same', async () => {
    const { world, release, snapshot } = await full(3)
    const gaveUp = new AbortController()
    world.clock.after(120_000, () => gaveUp.abort(new Error('long enough')))

    await expect(world.reach(release, snapshot, returned, 4, gaveUp.signal)).rejects.toThrow('long enough')
    expect(world.told.at(-1)?.says).toMatch(/1 of 4 carry 25 % \(Pod shop.cart-.*Too many pods/)
    expect(await world.reach(release, snapshot, { to: 'returned', now: true }, 5)).toMatchObject({ is: 'reached' })

    expect(lookAt(world)).toMatchObject({ route: 'cart-svc 100', canary: 'none' })
    expect((await verdict(world)).wrongVersion).toBe(0)
  })
})

describe('an autoscaler', () => {
  it('row 6: cannot shrink stable below what the run began with while the canary has everybody, and has its floor back afterwards', async () => {
    const { world, plane, start, ended, witness } = await openPlane({ gap: 200 })
    const store = world.sandbox.apiServer.objects
    store.create(autoscalers, autoscaler(1), someone)
    await world.clock.advance(5000)
    const before = atRest(world)
    const id = await start('2.0.0', canaryDeployment({ percent: 100 }), trafficSplit(100), approval())
    await plane.until(id, asks)
    // Nobody asks stable for anything now: its load wants one pod.
    store.patch(autoscalers, inShop('cart'), { metadata: { annotations: { 'sandbox.sluice.dev/wanted-replicas': '1' } } }, someone)
    await world.clock.advance(600_000)
    expect(lookAt(world)).toMatchObject({ stable: '1.0.0 x 4', ready: { '1.0.0': 4 } })
    const from = witness.sights.length

    await plane.command(id, { do: 'abort', now: false, who: 'bob' })
    store.patch(autoscalers, inShop('cart'), { metadata: { annotations: { 'sandbox.sluice.dev/wanted-replicas': '4' } } }, someone)
    await ended(id)

    expect(witness.sights[from]?.route).toBe('canary 0, stable 100')
    expect(at(store.get(autoscalers, inShop('cart')), 'minReplicas')).toBe(1)
    expect(atRest(world)).toBe(before)
    expect(await verdict(world)).toEqual(clean)
  })

  it('row 6: the canary keeps its pods where stable is scaled in again, and the number that its step fixes', async () => {
    const { world, plane, start, ended } = await openPlane()
    const store = world.sandbox.apiServer.objects
    const wants = (pods: number): void =>
      void store.patch(
        autoscalers,
        inShop('cart'),
        { metadata: { annotations: { 'sandbox.sluice.dev/wanted-replicas': `${pods}` } } },
        someone,
      )
    store.create(autoscalers, autoscaler(2), someone)
    await world.clock.advance(5000)
    const split = await start('2.0.0', canaryDeployment({ percent: 25 }), trafficSplit(50), approval())
    await plane.until(split, asks)
    wants(8)
    await world.clock.advance(10_000)
    expect(lookAt(world)).toMatchObject({ stable: '1.0.0 x 8', canary: '2.0.0 x 4' })
    wants(4)
    await world.clock.advance(10_000)
    expect(lookAt(world)).toMatchObject({ stable: '1.0.0 x 4', canary: '2.0.0 x 4' })
    await plane.command(split, { do: 'abort', now: false, who: 'bob' })
    await ended(split)

    const fixed = await start('3.0.0', canaryDeployment({ count: 1 }, true), trafficSplit(50), approval())
    await plane.until(fixed, asks)
    wants(8)
    await world.clock.advance(10_000)
    expect(lookAt(world)).toMatchObject({ stable: '1.0.0 x 8', canary: '3.0.0 x 1' })
    await plane.command(fixed, { do: 'abort', now: false, who: 'bob' })
    await ended(fixed)
    expect(await verdict(world)).toEqual(clean)
  })

  it('flagger 18: grows stable in mid-run: nobody fights it, and the canary grows with what it is to carry', async () => {
    const { world, plane, start, ended, witness } = await openPlane()
    const store = world.sandbox.apiServer.objects
    store.create(autoscalers, autoscaler(2), someone)
    await world.clock.advance(5000)
    const id = await start('2.0.0', canaryDeployment(), trafficSplit(25), approval(), trafficSplit(50), rolloutDeployment(), canaryDelete())
    await plane.until(id, asks)
    store.patch(autoscalers, inShop('cart'), { metadata: { annotations: { 'sandbox.sluice.dev/wanted-replicas': '8' } } }, someone)
    await world.clock.advance(10_000)
    expect(lookAt(world), 'while a person is asked').toMatchObject({
      route: 'canary 25, stable 75',
      stable: '1.0.0 x 8',
      canary: '2.0.0 x 2',
      ready: { '1.0.0': 8, '2.0.0': 2 },
    })
    expect(await plane.log(id)).toContain('Deployment shop/cart-canary: 2 pods for its share, since cart has 8')

    await plane.command(id, { do: 'approve', who: 'bob' })
    await ended(id)

    const half = witness.sights.findLast(({ route }) => route === 'canary 50, stable 50')
    const all = witness.sights.find(({ route }) => route === 'canary 100, stable 0')
    expect(all?.ready['2.0.0']).toBe(8)
    expect(half?.ready['2.0.0']).toBeGreaterThanOrEqual(4)
    expect(lookAt(world)).toMatchObject({ stable: '2.0.0 x 8', canary: 'none' })
    expect(at(store.get(autoscalers, inShop('cart')), 'minReplicas')).toBe(2)
    expect(await verdict(world)).toEqual(clean)
  })
})
