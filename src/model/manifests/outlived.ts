/**
 * Which versioned ConfigMaps and Secrets of a release may go.
 * 1. Only what we named and applied: a name of the release's with a hash behind it, applied by our field manager.
 * 2. Never what a revision may still start pods with: whatever a workload, one of its kept revisions, a pod, a job or manifests that are
 *    kept name, in pod specs or anywhere else.
 * 3. Never what says `sluice.dev/skip-pruning: "true"`, nor what others own or hold back (owner references, finalizers).
 */
import type { Json, KubernetesObject } from '#base/index.ts'
import { annotationsOf } from './annotations.ts'
import { isMapping } from './mapping.ts'
import { isVersionOf } from './version-hash.ts'

export interface VersionedObjects {
  /** The ConfigMaps and Secrets of the namespace, as they are; metadata is enough, so that nobody need read a Secret's data. */
  readonly live: readonly KubernetesObject[]
  /** What the release calls its versioned objects before they get a hash: `kind` and name. */
  readonly bases: readonly { readonly kind: string; readonly name: string }[]
  /**
   * Everything in the namespace that can start pods or has pods: Deployments with their ReplicaSets, StatefulSets and DaemonSets with their
   * ControllerRevisions, Jobs, CronJobs, Pods; and the manifests of the version that runs and of those that are kept.
   */
  readonly users: readonly KubernetesObject[]
  /** The field manager by which manifests are applied. */
  readonly manager: string
}

/** The objects that nothing needs any more, in the order in which they were given. */
export function outlived({ live, bases, users, manager }: VersionedObjects): readonly KubernetesObject[] {
  const needed = new Set(users.flatMap(textsOf))
  return live.filter(object => {
    const { name } = object.metadata
    const ours = bases.some(base => base.kind === object.kind && isVersionOf(name, base.name)) && isApplied(object, manager)
    return ours && !needed.has(name) && !users.includes(object) && !isHeld(object)
  })
}

/** Any text of an object that could be a name: a mention anywhere is reason enough to keep. Code that holds a name in longer text is split. */
function textsOf(object: KubernetesObject): readonly string[] {
  const found: string[] = []
  const visit = (value: Json | undefined): void => {
    if (typeof value === 'string') found.push(...value.split(/[^a-z0-9.-]+/))
    else if (Array.isArray(value)) for (const each of value as readonly Json[]) visit(each)
    else if (isMapping(value)) Object.values(value).forEach(visit)
  }
  const { managedFields: _, ...metadata } = object.metadata
  visit({ ...object, metadata } as unknown as Json)
  return found
}

function isApplied({ metadata }: KubernetesObject, manager: string): boolean {
  return (metadata.managedFields ?? []).some(entry => isMapping(entry) && entry['manager'] === manager && entry['operation'] === 'Apply')
}

function isHeld(object: KubernetesObject): boolean {
  const { ownerReferences = [], finalizers = [], deletionTimestamp } = object.metadata
  return annotationsOf(object).skipPruning || ownerReferences.length > 0 || finalizers.length > 0 || deletionTimestamp !== undefined
}
