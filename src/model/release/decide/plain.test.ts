import { expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import { cartObjects, live, release as cart } from '../cart.contract.ts'
import { withEnd } from '../ended.ts'
import type { Goal } from '../goal.ts'
import type { DryRun } from '../inspect.ts'
import { equal, valueAt, withValueAt } from '../leaves.ts'
import { nextMove } from '../next-move.ts'
import { objectKey, type Observed, type Run, type Seen } from '../observed.ts'
import { plan } from '../plan/plan.ts'
import { plainFindingsOf, takePlainSnapshot } from '../plain/inspect.ts'
import type { Manifests, Release } from '../release.ts'
import { writeFor } from '../writes/writes.ts'

const release: Release = { ...cart, plain: 'rolling' }
const promoted: Goal = { to: 'promoted', traffic: 'auto' }
const returned: Goal = { to: 'returned', now: false }

const job: KubernetesObject = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'migrate', namespace: 'shop' },
  spec: { parallelism: 1 },
}
const crd: KubernetesObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'teas.acme.com' },
}
const flags = (a: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'flags', namespace: 'shop' },
  data: { a },
})

/** What stands in the cluster with version 1.0.0, and a release of these objects. */
function aRelease(wanted: readonly KubernetesObject[], present: readonly KubernetesObject[], terms: Release = release) {
  const lives = present.map(live)
  const dryRuns: DryRun[] = wanted.map(manifest => {
    const found = lives.find(each => objectKey(each) === objectKey(manifest))
    const after = found ? { ...found, ...manifest, metadata: { ...found.metadata, ...manifest.metadata } } : manifest
    return { manifest, ...(found ? { live: found } : {}), after, conflicts: [] }
  })
  const snapshot = takePlainSnapshot({ dryRuns, leases: [], autoscalers: [] }, terms, '2026-01-01T00:00:00.000Z')
  const manifests: Manifests = { objects: wanted as unknown as Manifests['objects'], versioned: [] }
  const run: Run = { release: terms, snapshot, manifests, number: 1 }
  const others = Object.fromEntries(
    lives.filter(each => wanted.some(one => objectKey(one) === objectKey(each))).map(each => [objectKey(each), each]),
  )
  const observed: Observed = { routes: [], replicaSets: [], pods: [], leases: [], others }
  return { run, observed, dryRuns }
}

const seen: Seen = {
  route: { reached: 'removal', says: '', acknowledged: 0, expected: 0, missing: [] },
  sides: { reached: 'removal', says: '', acknowledged: 0, expected: 0, missing: [] },
  endpoints: { known: [], listed: [], complete: true, says: '' },
  drained: true,
  applied: new Set(),
  failing: {},
  states: {},
}

const stateOf = (object: KubernetesObject, is: 'inProgress' | 'failed', message: string): NonNullable<Seen['states']> => ({
  [objectKey(object)]: { is, message },
})

/** Writes of a plan, in words. */
function planned(wanted: readonly KubernetesObject[], present: readonly KubernetesObject[]): readonly string[] {
  const { run, observed } = aRelease(wanted, present)
  return plan([promoted, { to: 'atRest' }], observed, run, '2026-01-01T00:00:00.000Z').flatMap(goal => goal.writes.map(({ says }) => says))
}

/** The object as it is after the manifest was applied as ours. */
const asApplied = (object: KubernetesObject): KubernetesObject => ({
  ...live(object),
  metadata: {
    ...live(object).metadata,
    managedFields: [{ manager: 'sluice', operation: 'Apply', fieldsV1: { 'f:spec': {} } }] as unknown as readonly Json[],
  },
})

const claimed = (run: Run, observed: Observed): Observed => ({
  ...observed,
  leases: [
    {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'sluice-release-cart' },
      spec: { holderIdentity: run.release.execution },
    },
  ],
  record: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'sluice-record-cart' }, data: { execution: run.release.execution } },
})

const deployment = (tag: string): KubernetesObject => cartObjects(tag)[1] as KubernetesObject
const put = (observed: Observed, ...objects: readonly KubernetesObject[]): Observed => ({
  ...observed,
  others: { ...observed.others, ...Object.fromEntries(objects.map(each => [objectKey(each), each])) },
})

it('applies what differs in the order of the manifests, edits no route, and leaves nothing but the record', () => {
  expect(planned([flags('2'), ...cartObjects('2.0.0')], [flags('1'), ...cartObjects('1.0.0')])).toEqual([
    'Lease shop/sluice-release-cart: taken',
    'ConfigMap shop/sluice-record-cart: sluice-record-cart tells how to restore',
    'ConfigMap shop/flags: adopted: fields of one-shot tools become ours',
    'ConfigMap shop/flags: as in the manifests',
    'Deployment shop/cart: adopted: fields of one-shot tools become ours',
    'Deployment shop/cart: template of version 2.0.0',
    'ConfigMap shop/sluice-record-cart: tells that the run is over',
    'Lease shop/sluice-release-cart: given back',
  ])
})

it('ends the instant return with the first template that changes', () => {
  const { run, observed } = aRelease(cartObjects('2.0.0'), cartObjects('1.0.0'))
  const only = aRelease([flags('2')], [flags('1')])

  expect(plan([promoted], observed, run, '')[0]?.endsInstantReturn).toBe(true)
  expect(plan([promoted], only.observed, only.run, '')[0]?.endsInstantReturn).toBe(false)
})

it.each<[string, KubernetesObject]>([
  ['a definition of a kind', crd],
  ['a Job', job],
])('holds what comes behind %s until that is there', (_, gate) => {
  const { run, observed } = aRelease([gate, flags('2')], [flags('1')])
  const there = put(claimed(run, observed), asApplied(gate))

  expect(nextMove(promoted, there, { ...seen, states: stateOf(gate, 'inProgress', 'not yet') }, run).move).toMatchObject({ is: 'wait' })
  expect(nextMove(promoted, there, seen, run).move).toMatchObject({ is: 'write', change: 'manifest' })
})

it.each<[NonNullable<Release['plain']>, string]>([
  ['rolling', 'write'],
  ['basic', 'wait'],
])('%s: what comes behind an unready workload', (plain, is) => {
  const terms = { ...release, plain }
  const { run, observed } = aRelease([deployment('2.0.0'), flags('2')], [deployment('1.0.0'), flags('1')], terms)
  const there = put(claimed(run, observed), {
    ...observed.others['Deployment/shop/cart'],
    ...deployment('2.0.0'),
    metadata: { ...live(deployment('1.0.0')).metadata },
  })

  expect(nextMove(promoted, there, { ...seen, states: stateOf(deployment('2.0.0'), 'inProgress', 'waits') }, run).move).toMatchObject({
    is,
  })
})

it('fails with the words of the object, which are said once', () => {
  const { run, observed } = aRelease([deployment('2.0.0')], [])
  const states = stateOf(deployment('2.0.0'), 'failed', 'Deployment shop/cart: exceeded its progress deadline')

  expect(nextMove(promoted, put(claimed(run, observed), asApplied(deployment('2.0.0'))), { ...seen, states }, run).move).toMatchObject({
    is: 'fail',
    failure: {
      code: 'SL-RELEASE-NOT-READY',
      message: 'Deployment shop/cart: does not become what its manifest says: exceeded its progress deadline.',
    },
  })
})

it('goes back by mark, template, wait, removal, in this order', () => {
  const { run, observed } = aRelease([flags('1'), deployment('2.0.0')], [deployment('1.0.0')])
  const rolled = asApplied(deployment('2.0.0'))
  const goingBack = { ...run, number: 2 }
  const moment = { now: '', goingBack: true, applied: new Set<string>() }
  let world = put(claimed(run, observed), asApplied(flags('1')), rolled)
  const states = stateOf(rolled, 'inProgress', '2 of 4 pods')
  const says: string[] = []
  for (const seenNow of [seen, seen, { ...seen, states }, seen]) {
    const { move } = nextMove(returned, world, seenNow, goingBack)
    says.push(move.is === 'write' ? move.change : move.is)
    if (move.is !== 'write') continue
    const write = writeFor(move, world, goingBack, moment)
    if (write.is === 'patch') world = put(world, write.after)
  }

  expect(says).toEqual(['mark', 'restoreManifest', 'wait', 'removeBrought'])
  expect(
    equal(valueAt(world.others['Deployment/shop/cart'], ['spec', 'template']), valueAt(deployment('1.0.0'), ['spec', 'template'])),
  ).toBe(true)
})

it('leaves alone what somebody else has set as the manifest says, while the run has not applied it', () => {
  const { run, observed } = aRelease([flags('2')], [flags('1')])
  const theirs = { ...flags('2'), metadata: live(flags('1')).metadata }
  const goingBack = { ...run, number: 2 }

  expect(nextMove(returned, put(claimed(run, observed), theirs), seen, goingBack).move).not.toMatchObject({ change: 'restoreManifest' })
  expect(nextMove(returned, put(claimed(run, observed), asApplied(flags('2'))), seen, goingBack).move).toMatchObject({
    change: 'restoreManifest',
  })
})

it("never overwrites somebody else's template: it asks, on the way back too, and lets it be where a person says so", () => {
  const { run, observed } = aRelease([deployment('2.0.0')], [deployment('1.0.0')])
  const theirs = { ...deployment('9.9.9'), metadata: live(deployment('1.0.0')).metadata }
  const world = put(claimed(run, observed), theirs)

  expect(nextMove(promoted, world, seen, run).move).toMatchObject({ is: 'ask', answers: ['retry'] })
  expect(nextMove(returned, world, seen, run).move).toMatchObject({ is: 'write', change: 'mark' })
  const marked = { ...run, number: 0 }
  expect(nextMove(returned, world, seen, marked).move).toMatchObject({ is: 'ask', answers: ['retry', 'keepEdit'] })
  expect(nextMove({ ...returned, keepEdit: true }, world, seen, marked).move).toMatchObject({ is: 'write', change: 'end' })
  const record = world.record && withEnd(world.record, run.release.execution, '')
  expect(nextMove(returned, { ...world, ...(record ? { record } : {}), leases: [] }, seen, marked).move).toEqual({ is: 'done' })
})

it('warns of a Secret that is changed in place, and refuses a paused Deployment', () => {
  const secret = (value: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace: 'shop' },
    data: { value },
  })
  const paused = withValueAt(deployment('1.0.0'), ['spec', 'paused'], true)
  const { dryRuns, run } = aRelease([secret('new'), deployment('2.0.0')], [secret('old'), paused])

  expect(
    plainFindingsOf({ dryRuns, leases: [], autoscalers: [] }, release).map(({ level, failure }) => `${level} ${failure.code}`),
  ).toEqual(['refuse SL-RELEASE-PAUSED', 'warn SL-RELEASE-SECRET-STAYS'])
  expect(JSON.stringify(run.snapshot)).not.toMatch(/"(old|new)"/)
})
