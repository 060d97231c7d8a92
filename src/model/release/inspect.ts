import { objectName, type Json, type KubernetesObject } from '#base/index.ts'
import { canaryName } from '#model/manifests/index.ts'
import { snapshotSubsets, subsetsSelecting, type Ours, type ParentSupport } from '#model/traffic/index.ts'
import type { Dropped } from './adoption.ts'
import { releaseFailures } from './failures.ts'
import { splitHolder, madeBeside, namedHolder, routerFor } from './holders.ts'
import { differingLeaves } from './leaves.ts'
import { isLeftBehind } from './left-behind.ts'
import { objectKey, oursOf } from './observed.ts'
import type { Release } from './release.ts'
import { sidesByService } from './services.ts'
import type { Leaf, Snapshot } from './snapshot.ts'
import { strategyOf } from './surge.ts'
import { floorOf, isMadeBy, statedFloor } from './floor.ts'
import type { Which } from './which.ts'
import { HASH, isReady, ownedBy, replicasOf, specOf, templateOf, type Labels, versionKey, versionName } from './workload.ts'

/** What a dry run of one manifest told: the object as it would be, and fields that others own. */
export interface DryRun {
  readonly manifest: KubernetesObject
  readonly live?: KubernetesObject
  readonly after: KubernetesObject
  readonly conflicts: readonly { readonly manager: string; readonly field: string }[]
  /** What was set by hand and goes, as no manifest says it. */
  readonly dropped?: readonly Dropped[]
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

/** Nobody is served: no pod behind the Service is ready. */
export function isFirst(found: Found): boolean {
  return !found.pods.some(isReady)
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
export interface HeldRoute {
  readonly route: KubernetesObject
  readonly holder: KubernetesObject | undefined
}

export function heldRoutes({ which, routes, beside = [], record }: Found): readonly HeldRoute[] {
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

export function namesButRoutes(found: Found): Omit<Snapshot['names'], 'routes'> {
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

function sidesOf(
  { which, service = which.service, canaryService: stage }: Found,
  selector: Labels,
): Pick<Snapshot['names'], 'rule' | 'services'> {
  const { rule } = which
  if (rule) return { rule: { apiVersion: rule.apiVersion, name: rule.metadata.name } }
  const services = sidesByService(service, which.stage, selector)
  if (!services) throw releaseFailures.NO_SELECTOR({ service: objectName(service) })
  return { services: services.kept && stage ? { ...services, managedFields: identity(stage).managedFields } : services }
}

/** Labels that stable's present pods have, the hash of their template included. */
export function podLabels(stable: KubernetesObject, found: Found): Readonly<Record<string, string>> {
  const hash = currentSet(stable, found)?.metadata.labels?.[HASH]
  return { ...templateOf(stable).metadata?.labels, ...(hash === undefined ? {} : { [HASH]: hash }) }
}

export function currentSet(stable: KubernetesObject, { replicaSets }: Found): KubernetesObject | undefined {
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
  const { apiVersion, name, uid, managedFields } = identity(holds)
  const unset = statedFloor(holds) === undefined ? { unset: true as const } : {}
  return {
    autoscaler: {
      apiVersion,
      ...(keda ? { kind: 'ScaledObject' as const } : {}),
      name,
      uid,
      minReplicas: floorOf(holds),
      ...unset,
      managedFields,
    },
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
