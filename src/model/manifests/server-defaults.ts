import type { Json } from '#base/index.ts'

/** What the API server fills in, by the end of its path (after the kind, list indexes left out). As of Kubernetes 1.35. */
const defaults: readonly (readonly [string, Json])[] = [
  ['Deployment.spec.progressDeadlineSeconds', 600],
  ['Deployment.spec.revisionHistoryLimit', 10],
  ['Deployment.spec.replicas', 1],
  ['Deployment.spec.strategy', { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } }],
  ['spec.strategy.rollingUpdate', { maxSurge: '25%', maxUnavailable: '25%' }],
  ['spec.strategy.type', 'RollingUpdate'],
  ['spec.strategy.rollingUpdate.maxSurge', '25%'],
  ['spec.strategy.rollingUpdate.maxUnavailable', '25%'],
  ['StatefulSet.spec.podManagementPolicy', 'OrderedReady'],
  ['StatefulSet.spec.revisionHistoryLimit', 10],
  ['StatefulSet.spec.updateStrategy', { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }],
  ['StatefulSet.spec.persistentVolumeClaimRetentionPolicy', { whenDeleted: 'Retain', whenScaled: 'Retain' }],
  ['DaemonSet.spec.revisionHistoryLimit', 10],
  ['DaemonSet.spec.updateStrategy', { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }],
  ['Job.spec.backoffLimit', 6],
  ['Job.spec.completionMode', 'NonIndexed'],
  ['Job.spec.completions', 1],
  ['Job.spec.parallelism', 1],
  ['Job.spec.suspend', false],
  ['CronJob.spec.concurrencyPolicy', 'Allow'],
  ['CronJob.spec.failedJobsHistoryLimit', 1],
  ['CronJob.spec.successfulJobsHistoryLimit', 3],
  ['CronJob.spec.suspend', false],
  ['template.metadata', {}],
  ['template.metadata.creationTimestamp', null],
  ['template.spec.dnsPolicy', 'ClusterFirst'],
  ['template.spec.restartPolicy', 'Always'],
  ['template.spec.schedulerName', 'default-scheduler'],
  ['template.spec.securityContext', {}],
  ['template.spec.terminationGracePeriodSeconds', 30],
  ['containers.resources', {}],
  ['containers.terminationMessagePath', '/dev/termination-log'],
  ['containers.terminationMessagePolicy', 'File'],
  ['initContainers.resources', {}],
  ['initContainers.terminationMessagePath', '/dev/termination-log'],
  ['initContainers.terminationMessagePolicy', 'File'],
  ['ports.protocol', 'TCP'],
  ['httpGet.scheme', 'HTTP'],
  ['grpc.service', ''],
  ['fieldRef.apiVersion', 'v1'],
  ['configMap.defaultMode', 420],
  ['secret.defaultMode', 420],
  ['projected.defaultMode', 420],
  ['Service.spec.type', 'ClusterIP'],
  ['Service.spec.sessionAffinity', 'None'],
  ['Service.spec.internalTrafficPolicy', 'Cluster'],
  ['Service.spec.ipFamilyPolicy', 'SingleStack'],
  ['Secret.type', 'Opaque'],
]

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap(probe => [
  [`${probe}.failureThreshold`, 3] as const,
  [`${probe}.periodSeconds`, 10] as const,
  [`${probe}.successThreshold`, 1] as const,
  [`${probe}.timeoutSeconds`, 1] as const,
])

/** Given by the server with a value of its own, so whatever it is, nobody wrote it. */
const assigned = ['Service.spec.clusterIP', 'Service.spec.clusterIPs', 'Service.spec.ipFamilies', 'spec.serviceAccount']

/** Is this the value that the server fills in where nobody wrote one? `path` begins with the kind; list indexes are left out. */
export function isServerDefault(path: readonly string[], value: Json): boolean {
  const text = path.join('.')
  // The pull policy follows from the tag of the image.
  if (path.at(-1) === 'imagePullPolicy' || assigned.some(each => ends(text, each))) return true
  return [...defaults, ...probes].some(([end, given]) => ends(text, end) && equal(value, given))
}

const ends = (text: string, end: string): boolean => text === end || text.endsWith(`.${end}`)

function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const [one, other] = [a, b] as readonly { readonly [key: string]: Json | undefined }[]
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every(key => equal(one?.[key], other?.[key]))
}
