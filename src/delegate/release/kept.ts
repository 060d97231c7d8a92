import type { KubernetesObject } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import { floorKind, leasesOf, objectKey, recordName, type Release, type Snapshot } from '#model/release/index.ts'

/** Kinds that only this run writes: read once, then kept by its own writes. */
export interface Kept {
  readonly leases: ReadonlyMap<string, KubernetesObject>
  readonly others: ReadonlyMap<string, KubernetesObject>
  readonly autoscaler: KubernetesObject | undefined
  readonly record: KubernetesObject | undefined
}

/** Reads each of them once. */
export async function readKept(objects: Objects, release: Release, snapshot: Snapshot, signal: AbortSignal): Promise<Kept> {
  const { namespace } = release
  const get = (apiVersion: string, kind: string, name: string, within: string | undefined): Promise<KubernetesObject | undefined> =>
    objects.get({ apiVersion, kind, name, ...(within === undefined ? {} : { namespace: within }) }, signal)
  const { autoscaler } = snapshot
  const [leases, others, record, scaler] = await Promise.all([
    Promise.all(leasesOf({ release, snapshot }).map(name => get('coordination.k8s.io/v1', 'Lease', name, namespace))),
    Promise.all(snapshot.manifests.map(entry => get(entry.apiVersion, entry.kind, entry.name, entry.namespace))),
    get('v1', 'ConfigMap', recordName(release.name), namespace),
    autoscaler && get(autoscaler.apiVersion, floorKind(autoscaler), autoscaler.name, namespace),
  ])
  return { leases: byKey(leases), others: byKey(others), record, autoscaler: scaler }
}

/** What was read first, changed by our own writes; `record` is the name of the release's record. */
export function keeping(first: Kept, record: string): { kept(): Kept; keep(object: KubernetesObject, put?: KubernetesObject): void } {
  const leases = new Map(first.leases)
  const others = new Map(first.others)
  const scaler = first.autoscaler
  let alone: Pick<Kept, 'record' | 'autoscaler'> = { record: first.record, autoscaler: scaler }
  return {
    kept: () => ({ ...alone, leases, others }),
    keep(object, put) {
      const { kind, metadata } = object
      const map = kind === 'Lease' ? leases : others
      if (kind === 'ConfigMap' && metadata.name === record) alone = { ...alone, record: put }
      else if (kind === scaler?.kind && metadata.name === scaler.metadata.name) alone = { ...alone, autoscaler: put }
      else if (put) map.set(objectKey(object), put)
      else map.delete(objectKey(object))
    },
  }
}

function byKey(objects: readonly (KubernetesObject | undefined)[]): ReadonlyMap<string, KubernetesObject> {
  return new Map(objects.flatMap(object => (object ? [[objectKey(object), object] as const] : [])))
}
