import { z } from 'zod'
import { leaf } from './leaf.ts'

/** One object of the release's namespace. */
export const ObjectName = z.strictObject({ apiVersion: z.string().min(1), kind: z.string().min(1), name: z.string().min(1) })
export type ObjectName = z.infer<typeof ObjectName>

/** Kinds that may be written without their group: what people change beside a release. */
const groups: Readonly<Record<string, string>> = {
  v1: 'Pod Service ConfigMap Secret ServiceAccount PersistentVolumeClaim ResourceQuota LimitRange Endpoints ReplicationController',
  'apps/v1': 'Deployment StatefulSet DaemonSet ReplicaSet',
  'batch/v1': 'Job CronJob',
  'autoscaling/v2': 'HorizontalPodAutoscaler',
  'policy/v1': 'PodDisruptionBudget',
  'networking.k8s.io/v1': 'Ingress NetworkPolicy',
  'rbac.authorization.k8s.io/v1': 'Role RoleBinding',
  'networking.istio.io/v1': 'VirtualService DestinationRule Gateway ServiceEntry Sidecar EnvoyFilter',
  'gateway.networking.k8s.io/v1': 'HTTPRoute GRPCRoute',
}
const apiVersions = new Map(
  Object.entries(groups).flatMap(([apiVersion, kinds]) => kinds.split(' ').map(kind => [kind, apiVersion] as const)),
)

/** Reads `Kind/name`, or `group/version/Kind/name` for kinds that are not well known. */
function readObjectName(written: unknown): ObjectName | undefined {
  if (typeof written !== 'string') return undefined
  const parts = written.trim().split('/')
  const [kind = '', name = ''] = parts.slice(-2)
  const apiVersion = parts.length === 2 ? apiVersions.get(kind) : parts.length === 4 ? parts.slice(0, 2).join('/') : undefined
  const fits = /^[A-Z][A-Za-z0-9]*$/.test(kind) && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)
  return apiVersion !== undefined && apiVersion !== '' && fits ? { apiVersion, kind, name } : undefined
}

export const objectName: z.ZodType<ObjectName> = leaf({
  wants: 'an object of the namespace, such as Deployment/worker, or argoproj.io/v1alpha1/Workflow/nightly for kinds that are less known',
  shapes: ['text'],
  read: readObjectName,
})

/** Well-known kinds without `spec.replicas`; of a kind that is not known the API server tells. */
const withoutNumber = new Set(
  [...apiVersions.keys()].filter(kind => !['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'].includes(kind)),
)

/** A workload that has a number of pods of its own. */
export const scaledWorkload: z.ZodType<ObjectName> = leaf({
  wants: 'a workload with a number of pods, such as Deployment/worker or StatefulSet/queue',
  shapes: ['text'],
  read: written => {
    const found = readObjectName(written)
    return found && !withoutNumber.has(found.kind) ? found : undefined
  },
})

/** For people: `Deployment/worker`. */
export function sayObject({ kind, name }: ObjectName): string {
  return `${kind}/${name}`
}
