// A canary release moves everybody to fresh pods, and once more when stable is rolled: cold caches, twice the pods, perhaps more
// than the quota. Nobody may be sent to pods that are not there yet. Sluice moves by the ready pods of each side. Where a node or a
// quota has no room it says so before the run, holds while users stay where they are, and goes on or back; `reset` rolls in place,
// without the extra pods.
import { describe, expect, it } from 'vitest'
import type { ResolvedStep } from '#model/workflow/index.ts'
import { approval, canaryDelete, canaryDeployment, rolloutDeployment, trafficSplit } from '../cart-workflow.ts'
import { lateMesh } from '../cart-world.ts'
import { atRest as rest, pinned, prepared, promoted, reset, split } from '../goals.ts'
import { look, objectOf, said } from '../preflight-world.ts'
import { asks, atRest, begin, clean, inShop, openCart, openPlane, reachAll, someone, verdict } from '../story.ts'
import { lookAt, type Sight } from '../witness.ts'

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

describe('row 10: a quota', () => {
  it('without room for the canary at its greatest is told with the numbers', async () => {
    const world = await openCart()
    const store = world.sandbox.apiServer.objects
    const quota = objectOf('ResourceQuota', 'v1', 'team', { hard: { pods: '6' } })
    store.create('resourcequotas', quota, someone)
    store.updateStatus('resourcequotas', { ...quota, status: { hard: { pods: '6' }, used: { pods: '4' } } }, someone)

    expect(said(await look(world), 'QUOTA-SHORT')[0]).toMatch(
      /^warn QUOTA-SHORT ResourceQuota shop\/team: pods has 2 left, 4 canary pods need 4 at Rollout Deployment/,
    )
  })
})

it('row 10: reset takes traffic home, removes the canary, and rolls the workload in place, with no pod away before another is ready', async () => {
  const world = await openCart()
  const before = atRest(world)
  const store = world.sandbox.apiServer.objects
  const release = world.release('2.0.0', 'k3f9')
  const snapshot = await reachAll(world, release, [pinned, prepared(), split(50)])
  const ready: number[] = []
  const readyPods = (): number =>
    (store.get('deployments.apps', inShop('cart'))?.status as { readyReplicas?: number } | undefined)?.readyReplicas ?? 0
  const stop = store.subscribe('deployments.apps', () => void ready.push(readyPods()))

  await world.reach(release, snapshot, reset, 4)
  stop()
  await world.reach(release, snapshot, rest, 5)

  expect(Math.min(...ready)).toBeGreaterThanOrEqual(4)
  expect(atRest(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
})
