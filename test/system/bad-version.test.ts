// A version that is no good: it never starts, answers with errors, is slow, or dies later. Users stay on, or are taken back to, the old one.
import { describe, expect, it } from 'vitest'
import { step } from '#control-plane/executions/pretended.contract.ts'
import type { ExecutionView, StepView } from '#protocol/http/index.ts'
import { approval, blueGreenWorkflow, bySeconds, canaryDeployment, rolloutDeployment, trafficSplit } from './cart-workflow.ts'
import { at, atRest, clean, inShop, late, openPlane, someone, verdict } from './story.ts'
import { canaryPods, stablePods } from './witness.ts'

const check = (more: object = {}) =>
  step(
    'check',
    { version: 'canary', errorRate: { max: 0.05 }, over: 10_000, minRequests: 5, onBad: 'fail', onFewRequests: 'fail', ...more },
    { name: 'Check' },
  )

const stepsOf = (view: ExecutionView): readonly StepView[] => view.phases.flatMap(phase => phase.sections.flatMap(section => section.steps))
const uids = (pods: readonly { readonly metadata: { readonly uid?: string } }[]): string => pods.map(pod => pod.metadata.uid).join()

describe.each([
  ['flagger 3: half of its answers are errors', '2.0.0-bad', {}],
  ['flagger 4: its answers take half a second', '2.0.0-slow', { latency: { percentile: 99, max: 200 } }],
])('%s', (_, version, judged) => {
  it('the check fails, no further step begins, and everybody is back on pods that were never touched', async () => {
    const { world, start, ended, witness } = await openPlane()
    const before = atRest(world)
    const pods = uids(stablePods(world))
    const id = await start(version, canaryDeployment(), trafficSplit(30), check(judged), trafficSplit(60), rolloutDeployment())

    const view = await ended(id)

    expect(view).toMatchObject({ status: 'returned', exit: 1, failure: { code: 'SL-STEP-VERSION-BAD' } })
    expect(stepsOf(view).map(({ status }) => status)).toEqual(['done', 'done', 'failed', 'pending', 'pending'])
    expect(witness.course(({ route }) => route)).toEqual([
      'cart-svc 100',
      'canary 0, stable 100',
      'canary 30, stable 70',
      'canary 0, stable 100',
      'cart-svc 100',
    ])
    expect(uids(stablePods(world))).toBe(pods)
    expect(await verdict(world)).toEqual(clean)
    expect(atRest(world)).toBe(before)
  })
})

it('argo 23: one of four old pods is not ready when the check fails: the others take the users back at once', async () => {
  const { world, plane, start, ended, witness } = await openPlane()
  const id = await start('2.0.0-bad', canaryDeployment({ percent: 100 }), trafficSplit(50), check())
  await plane.until(id, view => stepsOf(view)[2]?.status === 'running')
  const name = stablePods(world)[0]?.metadata.name ?? ''
  world.sandbox.switches.pods({ name }, { readyAfter: 'never' })

  await plane.until(id, view => view.status === 'returning')
  await world.clock.advance(5000)
  expect(witness.sights.at(-1)).toMatchObject({ route: 'canary 25, stable 75', ready: { '1.0.0': 3 } })
  world.sandbox.switches.pods({ name }, { readyAfter: 0 })

  expect(await ended(id)).toMatchObject({ status: 'returned' })
  expect(witness.course(({ route }) => route).slice(-3)).toEqual(['canary 25, stable 75', 'canary 0, stable 100', 'cart-svc 100'])
  expect(await verdict(world)).toEqual(clean)
})

it('flagger 5: an image that is not there fails in seconds, and no traffic was ever moved', async () => {
  const { world, start, ended, witness } = await openPlane()
  const before = atRest(world)
  const began = world.clock.now()

  const view = await ended(await start('2.0.0-nopull', canaryDeployment(), trafficSplit(30)))

  expect(view).toMatchObject({ status: 'returned', failure: { code: 'SL-RELEASE-PODS-FAIL' } })
  expect(world.clock.now() - began).toBeLessThan(60_000)
  expect(new Set(witness.course(({ route }) => route))).toEqual(new Set(['cart-svc 100', 'canary 0, stable 100']))
  expect((await world.clock.runUntil(world.ledger.stop())).byVersion).not.toHaveProperty('2.0.0-nopull')
  expect(atRest(world)).toBe(before)
})

describe('a canary that dies at 30 % during an approval of three days', () => {
  it('flagger 6: it crashes again and again: users are back within seconds, not at the end of the approval', async () => {
    const { world, plane, start, ended } = await openPlane()
    const before = atRest(world)
    const id = await start('2.0.0', canaryDeployment(), trafficSplit(30), approval())
    await plane.until(id, view => view.question !== undefined)
    world.sandbox.switches.pods({ version: '2.0.0' }, { crashesAfter: 100, readyAfter: 'never' })
    const began = world.clock.now()
    for (const { metadata } of canaryPods(world)) world.sandbox.switches.crash({ namespace: 'shop', name: metadata.name })

    const view = await ended(id)

    expect(view).toMatchObject({ status: 'returned', exit: 1 })
    expect(view.failure?.message).toContain('no ready pod left')
    expect(world.clock.now() - began).toBeLessThan(20_000)
    const { requests, lost, wrongVersion } = await world.clock.runUntil(world.ledger.stop())
    // Lost: at most what the share of the canary sent into a dead pod before every gateway knew, 30 % of some seconds.
    expect([lost < 60, lost / requests < 0.1, wrongVersion]).toEqual([true, true, 0])
    expect(atRest(world)).toBe(before)
  })

  it('row 14: its only pod is evicted: the watch takes users back at once', async () => {
    const { world, plane, start, ended } = await openPlane()
    const id = await start('2.0.0', canaryDeployment({ count: 1 }, true), trafficSplit(25), approval())
    await plane.until(id, view => view.question !== undefined)
    world.sandbox.switches.capacity(0)
    for (const { metadata } of canaryPods(world)) world.sandbox.apiServer.objects.delete('pods', inShop(metadata.name))
    const began = world.clock.now()

    await plane.until(id, view => view.status === 'returning')
    expect(world.clock.now() - began).toBeLessThanOrEqual(200)
    const view = await ended(id)

    expect(view.failure?.message).toMatch(/canary has 25 % of the requests and no ready pod left/)
    expect(await verdict(world)).toMatchObject({ wrongVersion: 0 })
  })
})

it('flagger 13: blue/green: the acceptance check of the stage fails, and no user request ever reached the new version', async () => {
  const { world, plane, run, ended } = await openPlane()
  const before = atRest(world)
  const workflow = blueGreenWorkflow('2.0.0', bySeconds(late))
  const [phase] = workflow.phases
  const [section] = phase?.sections ?? []
  const [stage, swap] = section?.steps ?? []
  if (!phase || !section || !stage || !swap) throw new Error('no steps')
  const refused = { ...stage, ...approval(), path: 'canary/deploy/accept', settle: stage.settle, name: 'Acceptance' }
  const id = await run({ ...workflow, phases: [{ ...phase, sections: [{ ...section, steps: [stage, refused, swap] }] }] }, '2.0.0')
  await plane.until(id, view => view.question !== undefined)
  await plane.command(id, { do: 'reject', who: 'bob', why: 'the acceptance tests fail' })

  expect(await ended(id)).toMatchObject({ status: 'returned', exit: 1 })
  expect((await world.clock.runUntil(world.ledger.stop())).byVersion).not.toHaveProperty('2.0.0')
  expect(atRest(world)).toBe(before)
})

describe('after a failure', () => {
  it('flagger 7: the stable template is applied again by its owner: nothing starts, nothing is written', async () => {
    const { world, plane, start, ended } = await openPlane({ gap: 200 })
    const id = await start('2.0.0-nopull', canaryDeployment())
    await ended(id)
    const store = world.sandbox.apiServer.objects
    const template = at(store.get('deployments.apps', inShop('cart')), 'template')
    const writes = (await plane.view(id)).writes

    store.patch('deployments.apps', inShop('cart'), { spec: { template } as never }, someone)
    const after = atRest(world)
    await world.clock.advance(600_000)

    expect(atRest(world)).toBe(after)
    expect((await plane.view(id)).writes).toBe(writes)
    expect(await verdict(world)).toEqual(clean)
  })

  it('flagger 8: the same version is run again by asking for it, once, without a trick', async () => {
    const { world, start, ended } = await openPlane({ gap: 200 })
    await ended(await start('2.0.0-unready', canaryDeployment()))
    world.sandbox.switches.pods({ version: '2.0.0-unready' }, { readyAfter: 1000 })

    const view = await ended(await start('2.0.0-unready', canaryDeployment(), trafficSplit(50), rolloutDeployment()))

    expect(view).toMatchObject({ status: 'done', exit: 0 })
    expect(await verdict(world)).toEqual(clean)
  })
})
