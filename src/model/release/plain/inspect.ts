import { objectName, type Json, type KubernetesObject } from '#base/index.ts'
import { releaseFailures } from '../failures.ts'
import { claimFindings, ownerFindings, type InspectionFinding } from '../findings.ts'
import { scales, SERVER_KEPT, workloadBefore, type DryRun } from '../inspect.ts'
import { differingLeaves, valueAt } from '../leaves.ts'
import type { Release } from '../release.ts'
import type { Leaf, Snapshot } from '../snapshot.ts'
import { specOf, templateOf } from '../workload.ts'
import { templatePath } from './entries.ts'
import { noTraffic, rollsPods } from './names.ts'

/** Everything of a plain release that is read before the first write. */
export interface PlainFound {
  readonly dryRuns: readonly DryRun[]
  readonly leases: readonly KubernetesObject[]
  /** That of the run before. */
  readonly record?: KubernetesObject
  /** Every HorizontalPodAutoscaler of the namespace. */
  readonly autoscalers: readonly KubernetesObject[]
}

/** The leaves that the run will change, as they are now. The first workload of the manifests (or the named one) gives the versions their names. */
export function takePlainSnapshot({ dryRuns, autoscalers }: PlainFound, release: Release, takenAt: string): Snapshot {
  const main = mainWorkload(dryRuns, release)
  return {
    takenAt,
    first: false,
    names: noTraffic,
    routes: [],
    ...(main?.live ? { stable: workloadBefore(main.live) } : {}),
    manifests: dryRuns.flatMap(run => entryOf(run, autoscalers)),
    next: { version: release.version, template: templateOf(main?.after) as Json as never },
  }
}

function mainWorkload(dryRuns: readonly DryRun[], { workload }: Release): DryRun | undefined {
  const all = dryRuns.filter(({ manifest }) => rollsPods(manifest))
  return (
    all.find(({ manifest }) => manifest.metadata.name === workload) ?? all.find(({ manifest }) => manifest.kind === 'Deployment') ?? all[0]
  )
}

function entryOf({ manifest, live, after }: DryRun, autoscalers: readonly KubernetesObject[]): Snapshot['manifests'] {
  const { name, namespace, uid, managedFields } = { ...manifest.metadata, ...live?.metadata }
  const autoscaled = isAutoscaled(manifest, autoscalers)
  const entry = {
    apiVersion: manifest.apiVersion,
    kind: manifest.kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(rollsPods(manifest) ? { workload: { selector: { ...specOf(live ?? manifest).selector?.matchLabels }, autoscaled } } : {}),
  }
  if (!live) return [entry]
  const leaves = leavesBetween(live, after, autoscaled)
  if (leaves.length === 0) return []
  const before = { uid: uid ?? '', managedFields: (managedFields ?? []) as never, leaves: manifest.kind === 'Secret' ? [] : [...leaves] }
  return [{ ...entry, before }]
}

export function isAutoscaled(workload: KubernetesObject, autoscalers: readonly KubernetesObject[]): boolean {
  return autoscalers.some(each => scales(each, workload))
}

function leavesBetween(live: KubernetesObject, after: KubernetesObject, autoscaled: boolean): readonly Leaf[] {
  const all = differingLeaves(live as unknown as Json, after as unknown as Json).filter(leaf => isManifests(leaf, autoscaled))
  const rest = all.filter(leaf => !isOfTemplate(leaf))
  if (!rollsPods(live) || rest.length === all.length) return all
  return [...rest, { path: [...templatePath], before: valueAt(live, templatePath), after: valueAt(after, templatePath) } as Leaf]
}

const isOfTemplate = ({ path }: Leaf): boolean => path[0] === templatePath[0] && path[1] === templatePath[1]

/** Annotations in which controllers count revisions. */
const counted = new Set(['deployment.kubernetes.io/revision', 'deprecated.daemonset.template.generation'])

/** What the server and controllers keep is nobody's to give back, and neither is a number of pods that an autoscaler decides. */
function isManifests({ path: [head, second, third] }: Leaf, autoscaled: boolean): boolean {
  if (head === 'status') return false
  if (head === 'metadata') return !SERVER_KEPT.includes(String(second)) && !counted.has(String(third))
  return !(autoscaled && head === 'spec' && second === 'replicas')
}

/** What speaks against the run, and what should be known before it. Nothing has been written. */
export function plainFindingsOf(found: PlainFound, release: Release): readonly InspectionFinding[] {
  const { dryRuns } = found
  const refuse = (failure: { record(): InspectionFinding['failure'] }): InspectionFinding => ({
    level: 'refuse',
    failure: failure.record(),
  })
  return [
    ...claimFindings(found, release),
    ...dryRuns.flatMap(({ live }) =>
      live?.kind === 'Deployment' && specOf(live).paused === true ? [refuse(releaseFailures.PAUSED({ workload: objectName(live) }))] : [],
    ),
    ...ownerFindings({ dryRuns }),
    ...dryRuns.flatMap(secretFinding),
  ]
}

function secretFinding({ manifest, live, after }: DryRun): readonly InspectionFinding[] {
  if (manifest.kind !== 'Secret' || !live || leavesBetween(live, after, false).length === 0) return []
  return [{ level: 'warn', failure: releaseFailures.SECRET_STAYS({ object: objectName(live) }).record() }]
}
