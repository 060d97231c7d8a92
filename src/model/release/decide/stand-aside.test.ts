import { expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { cartRun, codesOf, foundCart, observedCart, release } from '../cart.contract.ts'
import { leaseObject } from '../claims.ts'
import { endedIn, withEnd } from '../ended.ts'
import type { Goal } from '../goal.ts'
import { withMark } from '../marks.ts'
import { nextMove } from '../next-move.ts'
import type { Observed, Run } from '../observed.ts'
import { imagine, imaginedSight } from '../plan/imagine.ts'
import { recordObject } from '../record.ts'
import { writeFor } from '../writes/writes.ts'

const now = '2026-01-01T00:00:00.000Z'
const run: Run = { ...cartRun(), number: 2 }
const { execution } = release
const other: Run = { ...run, release: { ...release, execution: 'other' } }
const pinned: Goal = { to: 'pinned' }
const returned: Goal = { to: 'returned', now: false }
const atRest: Goal = { to: 'atRest' }

const live = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, uid: `uid of ${object.metadata.name}`, resourceVersion: '7' },
})
const lease = (by: Run, name = 'sluice-release-cart'): KubernetesObject => live(leaseObject(name, by, now))
const record = (of: Run, ...over: readonly string[]): KubernetesObject =>
  over.reduce((sofar, each) => withEnd(sofar, each, now), live(recordObject(of)))
const decide = (goal: Goal, more: Partial<Observed>, of: Run = run) => {
  const observed = { ...observedCart(), ...more }
  return nextMove(goal, observed, imaginedSight(observed, new Set()), of).move
}

it('keeps the last executions that are over, the last one first', () => {
  const many = Array.from({ length: 30 }, (_, index) => `e${index}`)

  const noted = endedIn(record(run, ...many))

  expect([noted[0], noted.length]).toEqual(['e29', 20])
  expect(endedIn(undefined)).toEqual([])
})

it('begins nothing for a run that is over, whether or not anything of it is left', () => {
  for (const of of [run, other]) {
    const over = { record: record(of, execution) }
    expect(decide(pinned, over)).toMatchObject({ is: 'fail', failure: { code: 'SL-RELEASE-OVER' } })
    expect(decide(pinned, { ...over, leases: [lease(other)] })).toMatchObject({ is: 'fail', failure: { code: 'SL-RELEASE-OVER' } })
  }
})

it('gives Leases back that came after the end, and stops then', () => {
  const over = { record: record(run, execution) }

  expect(decide(pinned, { ...over, leases: [lease(run)] })).toEqual({ is: 'write', change: 'unclaim' })
})

it('takes a Lease again that somebody deleted in mid-run', () => {
  expect(decide(pinned, { record: record(run) })).toEqual({ is: 'write', change: 'claim' })
})

it('ends without a write where another run holds the release by now', () => {
  const taken = { record: record(other, execution), leases: [lease(other)] }

  expect([decide(returned, taken), decide(atRest, taken)]).toEqual([{ is: 'done' }, { is: 'done' }])
})

it('takes only its own Leases with it where another run was first, and says before that it is over', () => {
  const second = { record: record(other), leases: [lease(run), lease(other, 'sluice-route-cart-virtualservice')] }
  expect(decide(returned, second)).toEqual({ is: 'write', change: 'end' })

  const noted = { ...second, record: record(other, execution) }
  expect(decide(returned, noted)).toEqual({ is: 'write', change: 'unclaim' })
})

it('does not fight over what it has marked with a run that has recorded the release as its own', () => {
  const route = observedCart().routes.map(each => withMark(each, { execution, number: 2 }))

  expect(decide(returned, { routes: route, record: record(other), leases: [lease(other)] })).toMatchObject({
    is: 'fail',
    failure: { code: 'SL-RELEASE-HELD' },
  })
})

it('tells that the run is over before it gives the first Lease back, in a way that later records keep', () => {
  const observed = { ...observedCart(), record: record(run, 'before'), leases: [lease(run)] }
  const { move } = nextMove(atRest, observed, imaginedSight(observed, new Set()), run)
  expect(move).toEqual({ is: 'write', change: 'end' })

  const write = writeFor({ change: 'end' }, observed, run, { now, goingBack: false, applied: new Set() })
  expect(write).toMatchObject({ is: 'patch', manager: 'sluice-run' })
  expect(endedIn(imagine(observed, write, run).record)).toEqual([execution, 'before'])
})

it('takes away the Lease of a run that is over, by its uid, before it takes its own', () => {
  const observed = { ...observedCart(), record: record(other, 'other'), leases: [lease(other)] }
  expect(nextMove(pinned, observed, imaginedSight(observed, new Set()), run).move).toEqual({ is: 'write', change: 'claim' })

  const write = writeFor({ change: 'claim' }, observed, run, { now, goingBack: false, applied: new Set() })
  expect(write).toMatchObject({ is: 'delete', object: { metadata: { uid: 'uid of sluice-release-cart' } } })
  expect(write.says).toMatch(/left behind by execution other, which is over/)
})

it('refuses what another run holds, and takes only what one that is over has left', () => {
  const held = { leases: [lease(other)], record: record(other) }
  expect(codesOf(foundCart(held))).toEqual(['refuse SL-RELEASE-HELD'])
  expect(codesOf(foundCart({ ...held, record: record(other, 'other') }))).toEqual(['warn SL-RELEASE-LEFT-BEHIND'])
})

it('asks nobody about an edit of the workload once the release is let go; a run that is over and holds it may still be sent back', () => {
  const { stable } = observedCart()
  const template = { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'cart', image: 'edited' }] } }
  const edited = { stable: { ...stable, spec: { ...(stable?.spec as object), template } } as KubernetesObject }
  // No mark is behind a goal without a number.
  const goingBack: Run = { ...run, number: 0 }

  expect(decide(returned, { ...edited, record: record(run), leases: [lease(run)] }, goingBack)).toMatchObject({ is: 'ask' })
  expect(decide(returned, { ...edited, record: record(run, execution), leases: [lease(run)] }, goingBack)).toMatchObject({ is: 'ask' })
  for (const goal of [returned, atRest, { ...atRest, promotes: true } as const])
    expect(decide(goal, { ...edited, record: record(run, execution) }, goingBack)).toEqual({ is: 'done' })
})

const canary = (replicas: number): KubernetesObject =>
  withMark(live({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart-canary', namespace: 'shop' }, spec: { replicas } }), {
    execution: 'other',
    number: 3,
  })

it("deletes an empty canary of a run that is over before it writes anything of its own; one with pods is somebody's", () => {
  const own = { record: record(run, 'other'), leases: [lease(run), lease(run, 'sluice-route-cart-virtualservice')] }

  expect(decide(pinned, { ...own, canary: canary(0) })).toEqual({ is: 'write', change: 'sweep' })
  expect(decide(pinned, { ...own, canary: canary(1) })).not.toEqual({ is: 'write', change: 'sweep' })
  expect(codesOf(foundCart({ canary: canary(0), record: record(other, 'other') }))).toEqual(['warn SL-RELEASE-LEFT-BEHIND'])
  expect(codesOf(foundCart({ canary: canary(1), record: record(other, 'other') }))).toEqual(['refuse SL-RELEASE-FOREIGN-CANARY'])
  expect(codesOf(foundCart({ canary: canary(0) }))).toEqual(['refuse SL-RELEASE-FOREIGN-CANARY'])
})
