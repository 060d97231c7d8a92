import type { KubernetesObject } from '#base/index.ts'
import { withoutVersion } from '#model/manifests/index.ts'
import { equal, valueAt } from './leaves.ts'
import { manifestOf, objectKey, type Observed, type Run, type Written } from './observed.ts'
import { hasAppliedSince, managedEntries, MANAGER, RUN_MANAGER } from './ownership.ts'
import { isInPlace, toApply } from './plain/entries.ts'
import { rollsPods } from './plain/names.ts'
import type { Manifests } from './release.ts'
import type { Snapshot } from './snapshot.ts'

type Entry = Snapshot['manifests'][number]

const named = ({ kind, name, namespace }: Entry) => ({ kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } })
const keyOf = (entry: Entry): string => objectKey(named(entry))

/** Kinds and names of the release's versioned objects, without their versions. */
export function versionedBases({ objects, versioned }: Manifests): readonly { readonly kind: string; readonly name: string }[] {
  return versioned.flatMap(index => {
    const object = objects[index]
    return object ? [{ kind: object.kind, name: withoutVersion(object.metadata.name) }] : []
  })
}

function isTraffic(entry: Entry, { names }: Snapshot): boolean {
  const inNames = (kind: string, name: string | undefined): boolean => entry.kind === kind && entry.name === name
  return (
    inNames('Deployment', names.workload) ||
    names.routes.some(route => inNames(route.kind, route.name)) ||
    inNames('Service', names.services?.canary) ||
    inNames('DestinationRule', names.rule?.name)
  )
}

/** New objects that the canary needs first: everything that does not exist yet, but workload, route and rule. */
export function unconfigured(observed: Written, run: Run): readonly KubernetesObject[] {
  const { snapshot } = run
  return snapshot.manifests
    .filter(entry => !snapshot.first && run.release.plain === undefined && entry.before === undefined && !isTraffic(entry, snapshot))
    .filter(entry => observed.others[keyOf(entry)] === undefined)
    .flatMap(entry => manifestOf(named(entry), run) ?? [])
}

/**
 * Manifests that are applied when stable takes the version: what differs from the cluster; in a first deployment and in a plain release, all
 * that are not in place yet. What is in place already, by another process of the run or by a colleague, is not applied again.
 */
export function heldBack(observed: Observed, applied: ReadonlySet<string>, run: Run): readonly KubernetesObject[] {
  const { snapshot } = run
  if (run.release.plain !== undefined) return toApply(observed, applied, run).flatMap(entry => manifestOf(named(entry), run) ?? [])
  return snapshot.manifests
    .filter(entry => (snapshot.first ? true : entry.before !== undefined && !isWorkload(entry, snapshot)))
    .filter(entry => !applied.has(keyOf(entry)) && !(snapshot.first && entry.before === undefined && exists(entry, observed, snapshot)))
    .filter(entry => entry.before === undefined || !isInPlace(entry, liveOf(entry, observed, snapshot)))
    .flatMap(entry => manifestOf(named(entry), run) ?? [])
}

function isWorkload(entry: Entry, { names }: Snapshot): boolean {
  return entry.kind === 'Deployment' && entry.name === names.workload
}

function liveOf(entry: Entry, observed: Written, { names }: Snapshot): KubernetesObject | undefined {
  if (isWorkload(entry, { names } as Snapshot)) return observed.stable
  const isRoute = names.routes.some(route => route.kind === entry.kind && route.name === entry.name)
  if (isRoute) return observed.routes.find(route => route.kind === entry.kind && route.metadata.name === entry.name)
  if (entry.kind === 'Service' && entry.name === names.services?.canary) return observed.canaryService
  if (entry.kind === 'DestinationRule' && entry.name === names.rule?.name) return observed.rule
  return observed.others[keyOf(entry)]
}

/** What the run changes for its time and leaves as it was: the object that says an autoscaler's floor, and a stage Service; with what it was. */
export function changedMeanwhile({ autoscaler, canaryService }: Written, { snapshot }: Pick<Run, 'snapshot'>) {
  const { services } = snapshot.names
  return [[autoscaler, snapshot.autoscaler] as const, [services?.kept === true ? canaryService : undefined, services] as const]
}

/** What carries the traffic, or, in a plain release, rolls pods: its ownership is given back as a whole. */
function bearsMark(entry: Entry, { snapshot, release }: Run): boolean {
  return isTraffic(entry, snapshot) || (release.plain !== undefined && rollsPods(entry))
}

/** Objects beside the traffic that the way back has restored, of which the run still owns a part. */
export function restoredAsOurs(
  observed: Written,
  run: Run,
): readonly { readonly object: KubernetesObject; readonly before: NonNullable<Entry['before']> }[] {
  return run.snapshot.manifests.flatMap(entry => {
    const object = bearsMark(entry, run) ? undefined : liveOf(entry, observed, run.snapshot)
    const { before } = entry
    if (!object || !before || object.metadata.uid !== before.uid) return []
    return managedEntries(object).some(({ manager }) => manager === RUN_MANAGER) ? [{ object, before }] : []
  })
}

function exists(entry: Entry, observed: Written, snapshot: Snapshot): boolean {
  return liveOf(entry, observed, snapshot) !== undefined
}

/**
 * An object in which a leaf is as our manifest put it, and was otherwise before. A colleague's later edit is left alone, and also one that says
 * what the manifest would have said, while the run has not applied it.
 */
export interface Unrestored {
  readonly object: KubernetesObject
  readonly entry: Entry
}

export function unrestored(observed: Written, run: Run): readonly Unrestored[] {
  return run.snapshot.manifests.flatMap(entry => {
    const object = liveOf(entry, observed, run.snapshot)
    const { before } = entry
    if (!object || !before || object.metadata.uid !== before.uid || isWorkload(entry, run.snapshot)) return []
    if (!hasAppliedSince(object, before.managedFields, run.snapshot.takenAt)) return []
    const ours = before.leaves.some(leaf => equal(valueAt(object, leaf.path), leaf.after) && !equal(leaf.before, leaf.after))
    return ours ? [{ object, entry }] : []
  })
}

/** Objects that exist because this run applied them, the last applied first. */
export function brought(observed: Written, run: Run): readonly KubernetesObject[] {
  return run.snapshot.manifests
    .filter(entry => entry.before === undefined)
    .flatMap(entry => liveOf(entry, observed, run.snapshot) ?? [])
    .filter(object => managedEntries(object).some(({ manager }) => manager === MANAGER))
    .toReversed()
}
