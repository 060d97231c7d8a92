import type { Clock, KubernetesObject, Random } from '#base/index.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import type { Fetch } from '#delegate/prometheus/index.ts'
import type { Settle } from '#delegate/settle/index.ts'
import type { ClusterRef, Release } from '#model/release/index.ts'

/** What the release's tasks need of the delegate around them. */
export interface ReleaseSurroundings {
  readonly clock: Clock
  readonly random: Random
  /** By which a Prometheus is asked; the global one where it is left out. */
  readonly fetch?: Fetch
  /** The cluster that a reference names; the same one for the same reference. */
  cluster(reference: ClusterRef): Promise<Cluster>
  /** How the arrival of these routes is known there, by the release's settings. */
  settle(cluster: Cluster, release: Release, routes: readonly KubernetesObject[], signal: AbortSignal): Promise<Settle>
}
