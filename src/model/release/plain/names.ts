import type { Snapshot } from '../snapshot.ts'

/** Names of a release that moves no traffic: no object of a cluster is called so, and none is taken for one that carries it. */
export const noTraffic: Snapshot['names'] = { service: '', workload: '', selector: {}, host: '', restSubsets: [], routes: [] }

/** Kinds that run pods for as long as they are there, from a template of their own. */
const workloads = new Set(['Deployment', 'StatefulSet', 'DaemonSet'])

/** Whether pods are replaced when the object's template changes. */
export function rollsPods({ kind }: { readonly kind: string }): boolean {
  return workloads.has(kind)
}

/** Kinds that change only when somebody writes them: what a run has read and written itself is all there is to know. */
const still = new Set(
  `ConfigMap Secret ServiceAccount Role RoleBinding ClusterRole ClusterRoleBinding NetworkPolicy PodDisruptionBudget HorizontalPodAutoscaler
   CronJob ResourceQuota LimitRange StorageClass VirtualService DestinationRule`.split(/\s+/),
)

/** Whether an object has a state of its own that is waited for. */
export function movesByItself({ kind }: { readonly kind: string }): boolean {
  return !still.has(kind)
}
