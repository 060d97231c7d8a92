// A person has three days to say yes. In the first night the only canary pod is evicted, or its node is lost: a quarter of the users
// have errors until somebody wakes up. Sluice watches while it waits: users are back in less than a second, through the mesh or by
// an Ingress that apply steps wrote. Where pods were rolled without a split, whoever is asked is told of it, and the old ones come
// back by themselves only where that is sooner.
import { describe, expect, it } from 'vitest'
import { TRACK } from '#model/release/index.ts'
import { openByHand } from '../by-hand-world.ts'
import { approval, canaryDeployment, trafficSplit } from '../cart-workflow.ts'
import { pinned, prepared, split } from '../goals.ts'
import { patient, patientManifests, rollingWorkflow } from '../rolling-world.ts'
import { asks, atRest, begin, inShop, openPlane, verdict } from '../story.ts'
import { resting } from '../told-apart-world.ts'
import { canaryPods } from '../witness.ts'

describe('row 14: the only canary pod is evicted during a long approval', () => {
  it('is found at once by the watch, with the share that it had', async () => {
    const { world, release, snapshot, reach } = await begin()
    const store = world.sandbox.apiServer.objects
    await reach(pinned, prepared(), split(10))
    const found = world.watch(release, snapshot)

    const pod = store.list('pods', 'shop').find(each => each.metadata.labels?.[TRACK] === 'canary')
    store.delete('pods', inShop(pod?.metadata.name ?? ''))

    expect(await world.clock.runUntil(found)).toMatchObject({ found: 'sideLost', side: 'canary' })
  })
})

it('row 14: a canary with a share, and a person who is asked: the watch takes users back at once', async () => {
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

it('row 14: behind an Ingress that apply steps write: where the staged pods are lost during the approval, everybody goes back, the Ingress first', async () => {
  const { world, plane, id, before, canary, late } = await openByHand(104)
  const staged = world.sandbox.apiServer.objects.list('pods', 'shop').filter(({ metadata }) => metadata.name.startsWith('cart-canary'))
  expect(staged.length).toBeGreaterThan(0)
  const began = world.clock.now()
  world.sandbox.switches.capacity(0)
  for (const { metadata } of staged) world.sandbox.apiServer.objects.delete('pods', { namespace: 'shop', name: metadata.name })

  await plane.until(id, view => view.status === 'returning')
  expect(world.clock.now() - began).toBeLessThanOrEqual(1000)
  const view = await plane.until(id, each => each.ended !== undefined)

  const tally = await world.clock.runUntil(world.ledger.stop())
  expect(view).toMatchObject({ status: 'returned', exit: 1 })
  expect(view.failure?.message).toContain(
    'Ingress shop/cart-stage sends requests to Service shop/cart-svc-stage, and no pod of Deployment shop/cart-canary behind it is ready',
  )
  // Lost: at most what half of 50 requests a second met until every worker had heard of the Ingress, which the way back takes no time for.
  expect(tally.wrongVersion).toBe(0)
  expect(tally.lost).toBeLessThan((50 / 2) * (late / 1000 + 1))
  expect(canary()).toBeUndefined()
  expect(resting(world)).toBe(before)
})

/** Everybody is on 2.0.0, rolled without a split, and a person is asked whether it may stay. */
async function rolledOut() {
  const story = await openPlane({ gap: 1000, change: objects => objects.map(patient) })
  const { world, plane } = story
  const before = atRest(world)
  const id = await plane.start(rollingWorkflow('2.0.0', 'rolling', approval()), '2.0.0', {}, {}, patientManifests('2.0.0'))
  await plane.until(id, asks)
  const pods = world.sandbox.apiServer.objects.list('pods', 'shop').filter(({ spec }) => JSON.stringify(spec).includes('cart:2.0.0'))
  return { ...story, id, before, pods: pods.map(({ metadata }) => inShop(metadata.name)) }
}

it('row 14: pods that fail during an approval are told to whoever is asked', async () => {
  const { world, plane, ended, id, pods } = await rolledOut()
  const asked = (await plane.view(id)).waiting?.for
  world.sandbox.switches.capacity(0)
  for (const pod of pods.slice(0, 3)) world.sandbox.apiServer.objects.delete('pods', pod)

  await plane.until(id, view => view.waiting?.for.includes('1 of 4 pods ready') === true)
  await world.clock.advance(120_000)

  const { waiting, question, status } = await plane.view(id)
  expect(status).toBe('waiting')
  expect(waiting?.for).toContain(`${asked}; meanwhile Deployment shop/cart: 1 of 4 pods ready (`)
  expect(question?.waiting.for).toBe(waiting?.for)
  world.sandbox.switches.capacity(Infinity)
  await plane.command(id, { do: 'reject', who: 'bob', why: 'they are gone' })
  expect(await ended(id)).toMatchObject({ status: 'returned' })
})

it('row 14: where none is left that could answer, and none comes, the old pods come back by themselves', async () => {
  const { world, plane, ended, id, before, pods } = await rolledOut()
  world.sandbox.switches.pods({ version: '2.0.0' }, { crashesAfter: 100, readyAfter: 'never' })
  for (const pod of pods) world.sandbox.switches.crash(pod)
  const began = world.clock.now()

  await plane.until(id, view => view.status === 'returning')

  expect(world.clock.now() - began).toBeLessThan(30_000)
  const view = await ended(id)
  expect(view).toMatchObject({ status: 'returned', exit: 1 })
  expect(view.failure?.message).toMatch(/Deployment shop\/cart: 0 of 4 pods ready \(.*crashes again and again.*\): nobody answers/)
  await world.clock.advance(20_000)
  expect(atRest(world)).toBe(before)
})

it('row 14: pods that a node has taken away are waited for, as old ones would not be there sooner', async () => {
  const { world, plane, ended, id, pods } = await rolledOut()
  for (const pod of pods) world.sandbox.apiServer.objects.delete('pods', pod)
  await plane.until(id, view => view.waiting?.for.includes('0 of 4 pods ready') === true)

  await world.clock.advance(60_000)

  const { status, waiting } = await plane.view(id)
  expect(status).toBe('waiting')
  expect(waiting?.for).not.toContain('meanwhile')
  await plane.command(id, { do: 'approve', who: 'bob' })
  expect(await ended(id)).toMatchObject({ status: 'done' })
})
