import type { KubernetesObject } from '#base/index.ts'
import { routeFailure, routerOf, type Ours } from '#model/traffic/index.ts'
import { withValueAt } from '../leaves.ts'
import type { Release } from '../release.ts'
import { destinationHosts, isManaged } from '../which.ts'
import { replicasOf } from '../workload.ts'
import { rollsPods } from './names.ts'

/**
 * A manifest with what is not its own to say: the live split of a managed route, and the live number of pods where an autoscaler, or nothing
 * in the manifest, decides it. That number is sent, never left out: a field that only we own and then leave out falls back to 1.
 */
export function withKept(
  manifest: KubernetesObject,
  live: KubernetesObject | undefined,
  release: Release,
  workload: { readonly autoscaled: boolean } | undefined,
): KubernetesObject {
  if (!live) return manifest
  if (workload && manifest.kind !== 'DaemonSet') return withPods(manifest, live, workload.autoscaled)
  return isManaged(manifest) && routerOf(manifest)?.can.shares === true ? withLiveSplit(manifest, live, release) : manifest
}

/** A workload with the number of pods that is not its manifest's to say; any other manifest as it is. */
export function withPods(manifest: KubernetesObject, live: KubernetesObject | undefined, autoscaled: boolean): KubernetesObject {
  return live && rollsPods(manifest) && manifest.kind !== 'DaemonSet' ? withLiveReplicas(manifest, live, autoscaled) : manifest
}

export function withLiveReplicas(manifest: KubernetesObject, live: KubernetesObject, autoscaled: boolean): KubernetesObject {
  const said = (manifest.spec as { readonly replicas?: number } | undefined)?.replicas
  return autoscaled || said === undefined ? withValueAt(manifest, ['spec', 'replicas'], replicasOf(live)) : manifest
}

/** What a run or a person has divided stays divided; a route that names its destinations as at rest is the manifest's. */
function withLiveSplit(manifest: KubernetesObject, live: KubernetesObject, release: Release): KubernetesObject {
  const router = routerOf(manifest)
  const [host] = router ? hostsOf(live, release) : []
  if (!router || host === undefined) return manifest
  const ours = oursAt(host, release)
  const split = router.readSplit(live, ours)
  const [first] = split.is === 'done' ? split.value : []
  if (!first?.pinned) return manifest
  const rows = first.rows.map(({ to, percent }) => ({ to, weight: percent }))
  const kept = router.writeSplit(manifest, ours, rows)
  if (kept.is === 'refused') throw routeFailure(manifest, kept.problem)
  return kept.value
}

function hostsOf(route: KubernetesObject, release: Release): readonly string[] {
  try {
    return destinationHosts(route, release)
  } catch {
    // What cannot be read as a route of ours is nobody's split: the manifest says all of it.
    return []
  }
}

function oursAt(host: string, { subsets, routes, namespace }: Release): Ours {
  return {
    ...(routes === undefined ? {} : { entries: routes }),
    stable: { host, subset: subsets.stable },
    canary: { host, subset: subsets.canary },
    atRest: [{ host }],
    literals: [],
    namespace,
  }
}
