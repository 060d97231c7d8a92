import { objectName, type FailureRecord, type Json, type KubernetesObject } from '#base/index.ts'
import { canaryName } from '#model/manifests/index.ts'
import {
  routeFailure,
  snapshotSubsets,
  subsetConflicts,
  subsetsSelecting,
  type Ours,
  type ParentSupport,
  type RouteProblem,
} from '#model/traffic/index.ts'
import { apartProblem } from './apart.ts'
import { freeLeases, heldByOther, holderOf } from './claims.ts'
import { releaseFailures } from './failures.ts'
import type { Goal } from './goal.ts'
import { splitHolder, madeBeside, namedHolder, routerFor } from './holders.ts'
import { isLeftBehind } from './left-behind.ts'
import { markOf } from './marks.ts'
import { differingLeaves } from './leaves.ts'
import { objectKey, oursOf } from './observed.ts'
import { isOneShot } from './ownership.ts'
import type { Release } from './release.ts'
import { sidesByService } from './services.ts'
import type { Leaf, Snapshot } from './snapshot.ts'
import { strategyOf } from './surge.ts'
import { floorOf, isMadeBy, statedFloor } from './floor.ts'
import type { Which } from './which.ts'
import {
  HASH,
  isReady,
  lostSince,
  ownedBy,
  replicasOf,
  specOf,
  templateOf,
  TRACK,
  type Labels,
  versionKey,
  versionName,
} from './workload.ts'

/** What a dry run of one manifest told: the object as it would be, and fields that others own. */
export interface DryRun {
  readonly manifest: KubernetesObject
  readonly live?: KubernetesObject
  readonly after: KubernetesObject
  readonly conflicts: readonly { readonly manager: string; readonly field: string }[]
}

/** Everything that is read before the first write. */
export interface Found {
  /** When it was read (milliseconds of the epoch). */
  readonly readAt: number
  readonly which: Which
  /** The managed routes that exist, in the order of `which`. */
  readonly routes: readonly KubernetesObject[]
  /** What holds their splits beside them, as far as it exists. */
  readonly beside?: readonly KubernetesObject[]
  /** Every other object of the kind of such routes. */
  readonly neighbours?: readonly KubernetesObject[]
  /** What the gateways of the routes can, where that was asked. */
  readonly support?: readonly ParentSupport[]
  readonly rule?: KubernetesObject
  /** The stable Service, where it exists. */
  readonly service?: KubernetesObject
  /** A Service under the name that the canary's would get. */
  readonly canaryService?: KubernetesObject
  readonly stable?: KubernetesObject
  readonly canary?: KubernetesObject
  readonly replicaSets: readonly KubernetesObject[]
  /** Pods that the Service selects. */
  readonly pods: readonly KubernetesObject[]
  readonly autoscalers: readonly KubernetesObject[]
  /** ScaledObjects by which KEDA keeps some of them. */
  readonly scaledObjects?: readonly KubernetesObject[]
  readonly leases: readonly KubernetesObject[]
  /** That of the run before. */
  readonly record?: KubernetesObject
  readonly dryRuns: readonly DryRun[]
  /** The stable workload as it would be with the rendered template; the rendered one where there is no workload yet. */
  readonly next: KubernetesObject
}

/** What speaks against a run (`refuse`), or should be known before it (`warn`). */
export interface InspectionFinding {
  readonly level: 'refuse' | 'warn'
  readonly failure: FailureRecord
}

const refuse = (failure: { record(): FailureRecord }): InspectionFinding => ({ level: 'refuse', failure: failure.record() })

/** Nobody is served: no pod behind the Service is ready. */
function isFirst(found: Found): boolean {
  return !found.pods.some(isReady)
}

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

/** The leaves that the run will change, as they are now. */
export function takeSnapshot(found: Found, release: Release): Snapshot {
  const names = snapshotNames(found, release)
  const { rule, stable } = found
  const ours = oursOf({ release, snapshot: { names } })
  return {
    takenAt: new Date(found.readAt).toISOString(),
    first: isFirst(found),
    names,
    routes: heldRoutes(found).flatMap(({ holder }) => (holder ? routeBefore(holder, ours) : [])),
    ...(rule
      ? { rule: { ...identity(rule), subsets: snapshotSubsets(rule, [release.subsets.canary, release.subsets.stable]) as never } }
      : {}),
    ...(stable ? { stable: workloadBefore(stable) } : {}),
    ...autoscalerBefore(found),
    manifests: found.dryRuns.flatMap(run => manifestBefore(run, found)),
    next: { version: release.version, template: templateOf(found.next) as Json as never, strategy: nextStrategy(found) as never },
  }
}

function routeBefore(route: KubernetesObject, ours: Ours): Snapshot['routes'] {
  const taken = routerFor(route).snapshot(route, ours)
  return taken.is === 'done' ? [{ ...identity(route), kind: route.kind, entries: taken.value.entries as never }] : []
}

/** How the workload will replace its pods once the manifests are applied. */
function nextStrategy({ which, dryRuns }: Found): Json {
  const run = dryRuns.find(({ manifest }) => objectKey(manifest) === objectKey(which.workload))
  return strategyOf(run?.after ?? which.workload)
}

function identity(object: KubernetesObject): { apiVersion: string; name: string; uid: string; managedFields: never } {
  const { name, uid, managedFields } = object.metadata
  return { apiVersion: object.apiVersion, name, uid: uid ?? '', managedFields: (managedFields ?? []) as never }
}

/** A managed route, live or as rendered, with what holds its split, where that exists. */
interface HeldRoute {
  readonly route: KubernetesObject
  readonly holder: KubernetesObject | undefined
}

function heldRoutes({ which, routes, beside = [], record }: Found): readonly HeldRoute[] {
  const live = [...routes, ...beside.filter(each => !isLeftBehind(each, record))]
  const liveOf = (named: Parameters<typeof objectKey>[0]): KubernetesObject | undefined =>
    live.find(each => objectKey(each) === objectKey(named))
  return which.routes.map(route => ({ route: liveOf(route) ?? route, holder: liveOf(splitHolder(route)) }))
}

function snapshotNames(found: Found, release: Release): Snapshot['names'] {
  const { neighbours = [] } = found
  const names = namesButRoutes(found)
  const ours = oursOf({ release, snapshot: { names } })
  return { ...names, routes: heldRoutes(found).map(({ route }) => namedHolder(route, madeBeside(route, ours, neighbours))) }
}

function namesButRoutes(found: Found): Omit<Snapshot['names'], 'routes'> {
  const { which, rule, stable, support } = found
  return {
    ...(support ? { support: support as never } : {}),
    service: which.service.metadata.name,
    workload: which.workload.metadata.name,
    selector: { ...specOf(stable ?? which.workload).selector?.matchLabels },
    host: which.host,
    restSubsets: rule && stable ? [...subsetsSelecting(rule, podLabels(stable, found))] : [],
    ...sidesOf(found, specOf(stable ?? which.workload).selector?.matchLabels ?? {}),
  }
}

function sidesOf({ which, service = which.service }: Found, selector: Labels): Pick<Snapshot['names'], 'rule' | 'services'> {
  const { rule } = which
  if (rule) return { rule: { apiVersion: rule.apiVersion, name: rule.metadata.name } }
  const services = sidesByService(service, which.stage, selector)
  if (!services) throw releaseFailures.NO_SELECTOR({ service: objectName(service) })
  return { services }
}

/** Labels that stable's present pods have, the hash of their template included. */
function podLabels(stable: KubernetesObject, found: Found): Readonly<Record<string, string>> {
  const hash = currentSet(stable, found)?.metadata.labels?.[HASH]
  return { ...templateOf(stable).metadata?.labels, ...(hash === undefined ? {} : { [HASH]: hash }) }
}

function currentSet(stable: KubernetesObject, { replicaSets }: Found): KubernetesObject | undefined {
  const key = versionKey(templateOf(stable))
  return replicaSets.find(set => ownedBy(set, stable) && versionKey(templateOf(set)) === key)
}

export function workloadBefore(stable: KubernetesObject): NonNullable<Snapshot['stable']> {
  const template = templateOf(stable)
  const { uid, managedFields } = identity(stable)
  return {
    uid,
    managedFields,
    version: versionName(template),
    template: template as never,
    strategy: strategyOf(stable) as never,
    replicas: replicasOf(stable),
  }
}

/** KEDA writes its own autoscaler anew: there the ScaledObject is what holds the floor. */
function autoscalerBefore({ autoscalers: [only], scaledObjects = [] }: Found): Pick<Snapshot, 'autoscaler'> {
  if (!only) return {}
  const keda = scaledObjects.find(each => isMadeBy(only, each))
  const holds = keda ?? only
  const { apiVersion, name, uid } = identity(holds)
  const unset = statedFloor(holds) === undefined ? { unset: true as const } : {}
  return {
    autoscaler: { apiVersion, ...(keda ? { kind: 'ScaledObject' as const } : {}), name, uid, minReplicas: floorOf(holds), ...unset },
  }
}

/** Server-kept parts of an object, which no manifest changes. */
export const SERVER_KEPT = ['resourceVersion', 'generation', 'managedFields', 'uid', 'creationTimestamp', 'deletionTimestamp', 'selfLink']

function manifestBefore({ manifest, live, after }: DryRun, found: Found): Snapshot['manifests'] {
  const { name, namespace } = manifest.metadata
  const named = { apiVersion: manifest.apiVersion, kind: manifest.kind, name, ...(namespace === undefined ? {} : { namespace }) }
  if (!live) return [named]
  const leaves = differingLeaves(live as unknown as Json, after as unknown as Json).filter(leaf => isManifestLeaf(leaf, manifest, found))
  if (leaves.length === 0) return []
  const { uid, managedFields } = identity(live)
  return [{ ...named, before: { uid, managedFields, leaves: manifest.kind === 'Secret' ? [] : [...leaves] } }]
}

/** Leaves that the protocol moves itself (the split, the workload's template and pause) are not the manifests' to restore. */
function isManifestLeaf({ path }: Leaf, manifest: KubernetesObject, { which, autoscalers }: Found): boolean {
  const [head, second] = path
  if (head === 'status' || (head === 'metadata' && SERVER_KEPT.includes(String(second)))) return false
  const key = objectKey(manifest)
  if (which.routes.some(route => key === objectKey(splitHolder(route)))) return !isSplitLeaf(path)
  return key !== objectKey(which.workload) || !isWorkloadLeaf(path, autoscalers.length > 0)
}

function isSplitLeaf(path: Leaf['path']): boolean {
  return path[0] === 'spec' && path[1] === 'http' && (path.length === 2 || path[3] === 'route')
}

function isWorkloadLeaf(path: Leaf['path'], autoscaled: boolean): boolean {
  if (path[0] === 'metadata') return path.includes('deployment.kubernetes.io/revision')
  return path[0] === 'spec' && (path[1] === 'template' || path[1] === 'paused' || (path[1] === 'replicas' && autoscaled))
}

/** What speaks against the run, and what should be known before it. Nothing has been written. */
export function findingsOf(found: Found, release: Release, goals: readonly Goal[] = []): readonly InspectionFinding[] {
  const made = [found.canary, found.which.stage ? undefined : found.canaryService, ...(found.beside ?? [])]
  const left = made.flatMap(each => (each && isLeftBehind(each, found.record) ? [each] : []))
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
  const { stable, canary, canaryService, which, record } = found
  const workload = objectName(which.workload)
  if (isFirst(found)) return outageFindings(found, workload)
  const strangers = strangerPods(found)
  const service = objectName(which.service)
  return [
    ...(specOf(stable).paused === true ? [refuse(releaseFailures.PAUSED({ workload }))] : []),
    ...(strangers.length > 0 ? [refuse(releaseFailures.UNFINISHED({ service, workload, pods: strangers.join(', ') }))] : []),
    ...[canary, which.stage ? undefined : canaryService].flatMap(each =>
      each && !isLeftBehind(each, record) ? [refuse(releaseFailures.FOREIGN_CANARY({ canary: objectName(each) }))] : [],
    ),
  ]
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
  return dryRuns.flatMap(({ manifest, conflicts }) =>
    conflicts
      .filter(({ manager }) => !isOneShot(manager))
      .map(({ manager, field }) => refuse(releaseFailures.OWNED({ object: objectName(manifest), owner: manager, field }))),
  )
}

/** Names under which the canary and its like are looked for. */
export function canaryOf(which: Which): string {
  return canaryName(which.workload.metadata.name)
}

/** An autoscaler that scales this workload. */
export function scales(autoscaler: KubernetesObject, workload: KubernetesObject): boolean {
  const target = (autoscaler.spec as { readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string } } | undefined)
    ?.scaleTargetRef
  // KEDA means a Deployment where it says no kind.
  return (target?.kind ?? 'Deployment') === workload.kind && target?.name === workload.metadata.name
}
