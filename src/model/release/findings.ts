import { objectName, type FailureRecord, type KubernetesObject } from '#base/index.ts'
import { routeFailure, subsetConflicts, type Ours, type RouteProblem } from '#model/traffic/index.ts'
import type { Dropped } from './adoption.ts'
import { apartProblem } from './apart.ts'
import { freeLeases, heldByOther, holderOf } from './claims.ts'
import { releaseFailures } from './failures.ts'
import type { Goal } from './goal.ts'
import { madeBeside, routerFor } from './holders.ts'
import { currentSet, heldRoutes, isFirst, namesButRoutes, podLabels, type Found, type HeldRoute } from './inspect.ts'
import { isLeftBehind } from './left-behind.ts'
import { markOf } from './marks.ts'
import { oursOf } from './observed.ts'
import { isOneShot } from './ownership.ts'
import type { Release } from './release.ts'
import { HASH, isReady, lostSince, ownedBy, replicasOf, specOf, TRACK } from './workload.ts'

/** What speaks against a run (`refuse`), or should be known before it (`warn`). */
export interface InspectionFinding {
  readonly level: 'refuse' | 'warn'
  readonly failure: FailureRecord
}

const refuse = (failure: { record(): FailureRecord }): InspectionFinding => ({ level: 'refuse', failure: failure.record() })

/**
 * How long (milliseconds) users must have been without a ready pod before a new version is taken for the cure, and gets everybody at once: a
 * crashed container is back within seconds, and an evicted pod is replaced in less.
 */
const OUTAGE = 60_000

/** When the last ready pod of a workload went away, where that is so recent that its pods may be back in a moment; undefined otherwise. */
function downSince({ stable, pods, readAt }: Found): number | undefined {
  if (!stable || replicasOf(stable) === 0) return undefined
  const since = Math.max(...[stable, ...pods].map(each => lostSince(each, readAt)))
  return readAt - since < OUTAGE ? since : undefined
}

/** What speaks against the run, and what should be known before it. Nothing has been written. */
export function findingsOf(found: Found, release: Release, goals: readonly Goal[] = []): readonly InspectionFinding[] {
  const left = [...canarysOwn(found), ...(found.beside ?? [])].filter(each => isLeftBehind(each, found.record))
  return [
    ...claimFindings({ ...found, left }, release),
    ...routeFindings(found, release, goals),
    ...workloadFindings(found),
    ...ownerFindings(found),
  ]
}

/** A Lease of a run that is over holds nobody up, and neither does what it made too late: both are told, and go. */
export function claimFindings({ leases, record, left = [] }: Claims, { execution }: Release): readonly InspectionFinding[] {
  const by = heldByOther(leases, execution, record)
  if (by !== undefined) return [refuse(releaseFailures.HELD({ by }))]
  const all = [
    ...freeLeases(leases, execution, record).map(lease => [lease, holderOf(lease)] as const),
    ...left.map(object => [object, markOf(object)?.execution] as const),
  ]
  return all.map(([object, by]) => {
    const failure = releaseFailures.LEFT_BEHIND({ object: objectName(object), execution: by ?? 'none' })
    return { level: 'warn', failure: failure.record() }
  })
}

interface Claims {
  readonly leases: readonly KubernetesObject[]
  readonly record?: KubernetesObject
  /** Objects that executions which are over have made too late. */
  readonly left?: readonly KubernetesObject[]
}

function routeFindings(found: Found, release: Release, goals: readonly Goal[]): readonly InspectionFinding[] {
  const ours = oursOf({ release, snapshot: { names: namesButRoutes(found) } })
  const asked = (pinned: KubernetesObject): RouteProblem | undefined => {
    const problem = apartProblem(pinned, goals, release, ours)
    // A first deployment tells nothing apart yet, and may be what brings the Gateway whose class is asked.
    return problem?.is === 'unsupported' && isFirst(found) ? undefined : problem
  }
  return [...heldRoutes(found).flatMap(held => pinFindings(held, found, ours, asked)), ...subsetFindings(found, release)]
}

/** A route that could not be pinned, or not tell apart what is asked of it then; or, where its split is held beside it, for which nothing could be made that does what is meant. */
function pinFindings(
  { route, holder }: HeldRoute,
  { neighbours = [] }: Found,
  ours: Ours,
  asked: (pinned: KubernetesObject) => RouteProblem | undefined,
): readonly InspectionFinding[] {
  const made = madeBeside(route, ours, neighbours)
  if (made?.is === 'refused') return [refuse(routeFailure(route, made.problem))]
  const pinned = made && !holder ? made : routerFor(route).pin(holder ?? route, ours)
  const problem = pinned.is === 'refused' ? pinned.problem : asked(pinned.value)
  return problem ? [refuse(routeFailure(holder ?? route, problem))] : besideFindings(made && holder, ours)
}

/** A holder of the user's own, in which the canary has weight already: its pods would get requests before anything is looked at. */
function besideFindings(holder: KubernetesObject | undefined, ours: Ours): readonly InspectionFinding[] {
  if (!holder) return []
  const split = routerFor(holder).readSplit(holder, ours)
  if (split.is === 'refused' || !split.value.some(({ pinned }) => pinned)) return []
  return [refuse(releaseFailures.CANARY_HAS_WEIGHT({ route: objectName(holder) }))]
}

function subsetFindings(found: Found, { subsets }: Release): readonly InspectionFinding[] {
  const { rule, stable } = found
  if (!rule || !stable) return []
  const labels = podLabels(stable, found)
  const wanted = [
    { name: subsets.canary, labels: { [TRACK]: 'canary' } },
    { name: subsets.stable, labels: { [HASH]: labels[HASH] ?? '' } },
  ]
  return subsetConflicts(rule, wanted, labels)
    .filter(conflict => !isLeftover(conflict.labels))
    .map(({ name, labels: has }) =>
      refuse(releaseFailures.SUBSET_TAKEN({ rule: objectName(rule), subset: name, labels: JSON.stringify(has) })),
    )
}

/** A subset as the seed system leaves it behind: it selects by track label alone, and no pod of the release carries that label. */
function isLeftover(labels: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(labels)
  return keys.length === 1 && (keys[0] === 'harness.io/track' || keys[0] === TRACK)
}

function workloadFindings(found: Found): readonly InspectionFinding[] {
  const { stable, which, record } = found
  const workload = objectName(which.workload)
  if (isFirst(found)) return outageFindings(found, workload)
  const strangers = strangerPods(found)
  const service = objectName(which.service)
  return [
    ...(specOf(stable).paused === true ? [refuse(releaseFailures.PAUSED({ workload }))] : []),
    ...(strangers.length > 0 ? [refuse(releaseFailures.UNFINISHED({ service, workload, pods: strangers.join(', ') }))] : []),
    ...canarysOwn(found)
      .filter(each => !isLeftBehind(each, record))
      .map(each => refuse(releaseFailures.FOREIGN_CANARY({ canary: objectName(each) }))),
  ]
}

/** What stands under the names of what a run makes for its canary; a stage Service is the user's. */
function canarysOwn({ canary, canaryService, which }: Found): readonly KubernetesObject[] {
  return [canary, which.stage ? undefined : canaryService].flatMap(each => each ?? [])
}

/** Nobody is served, and so whatever is deployed gets everybody; unless that is only so for a moment. */
function outageFindings(found: Found, workload: string): readonly InspectionFinding[] {
  const since = downSince(found)
  if (since === undefined) return []
  return [refuse(releaseFailures.DOWN({ workload, since: new Date(since).toISOString() }))]
}

/** Ready pods behind the Service that are not of the workload's one current revision. */
function strangerPods(found: Found): readonly string[] {
  const { stable, pods } = found
  const current = stable && currentSet(stable, found)
  return pods.filter(pod => isReady(pod) && !(current && ownedBy(pod, current))).map(pod => pod.metadata.name)
}

export function ownerFindings({ dryRuns }: Pick<Found, 'dryRuns'>): readonly InspectionFinding[] {
  return dryRuns.flatMap(({ manifest, conflicts, dropped = [] }) => [
    ...conflicts
      .filter(({ manager }) => !isOneShot(manager))
      .map(({ manager, field }) => refuse(releaseFailures.OWNED({ object: objectName(manifest), owner: manager, field }))),
    ...setByHand(objectName(manifest), dropped),
  ])
}

/** How many fields of one object are named. */
const named = 3

function setByHand(object: string, dropped: readonly Dropped[]): readonly InspectionFinding[] {
  if (dropped.length === 0) return []
  const managers = [...new Set(dropped.map(({ manager }) => manager))].join(', ')
  const more = dropped.length > named ? ` and ${dropped.length - named} more` : ''
  const fields = `${dropped
    .slice(0, named)
    .map(({ field }) => field)
    .join(', ')}${more}`
  return [{ level: 'warn', failure: releaseFailures.SET_BY_HAND({ object, fields, managers }).record() }]
}
