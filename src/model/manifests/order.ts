import type { KubernetesObject } from '#base/index.ts'

/** Kinds in the order in which they are applied: what others need comes first. */
const kinds = `Namespace ResourceQuota LimitRange PodSecurityPolicy Secret ConfigMap StorageClass PersistentVolume PersistentVolumeClaim
   ServiceAccount CustomResourceDefinition ClusterRole ClusterRoleBinding Role RoleBinding Service DaemonSet Pod ReplicationController
   ReplicaSet Deployment DeploymentConfig StatefulSet Job CronJob Ingress APIService`.split(/\s+/)

/** Behind everything else: a route names subsets, so the rule that defines them comes before it. */
const last = ['Gateway', 'DestinationRule', 'VirtualService']

function rank({ kind }: KubernetesObject): number {
  const at = kinds.indexOf(kind)
  return at === -1 ? kinds.length + 1 + last.indexOf(kind) : at
}

/** The objects in the order in which they are applied; objects of one kind, and of kinds that are not listed, keep theirs. */
export function applyOrder<T extends KubernetesObject>(objects: readonly T[]): T[] {
  return objects.toSorted((a, b) => rank(a) - rank(b))
}

/** The reverse: what needs others goes first. */
export function deleteOrder<T extends KubernetesObject>(objects: readonly T[]): T[] {
  return applyOrder(objects).toReversed()
}
