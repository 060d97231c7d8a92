import type { Resource, Subresource } from './resource.ts'

interface Row {
  readonly kind: string
  readonly plural?: string
  readonly short?: string
  readonly categories?: string
  readonly scope?: 'cluster'
  readonly sub?: readonly Subresource[]
  readonly versions?: readonly string[]
}

const inGroup = (group: string, versions: readonly string[], custom: boolean, rows: readonly Row[]): readonly Resource[] =>
  rows.map(row => ({
    group,
    versions: row.versions ?? versions,
    kind: row.kind,
    plural: row.plural ?? `${row.kind.toLowerCase()}s`,
    shortNames: row.short?.split(' ') ?? [],
    categories: row.categories?.split(' ') ?? [],
    namespaced: row.scope !== 'cluster',
    custom,
    subresources: row.sub ?? [],
  }))

/** Every resource that the server serves. */
export const resources: readonly Resource[] = [
  ...inGroup('', ['v1'], false, [
    { kind: 'Namespace', short: 'ns', scope: 'cluster', sub: ['status'] },
    { kind: 'Node', short: 'no', scope: 'cluster', sub: ['status'] },
    { kind: 'Pod', short: 'po', categories: 'all', sub: ['status'] },
    { kind: 'PodTemplate' },
    { kind: 'ReplicationController', short: 'rc', categories: 'all', sub: ['scale', 'status'] },
    { kind: 'Service', short: 'svc', categories: 'all', sub: ['status'] },
    { kind: 'ConfigMap', short: 'cm' },
    { kind: 'Secret' },
    { kind: 'Event', short: 'ev' },
    { kind: 'Endpoints', plural: 'endpoints', short: 'ep' },
    { kind: 'ServiceAccount', short: 'sa' },
    { kind: 'ResourceQuota', short: 'quota', sub: ['status'] },
    { kind: 'LimitRange', short: 'limits' },
    { kind: 'PersistentVolumeClaim', short: 'pvc', sub: ['status'] },
  ]),
  ...inGroup('apps', ['v1'], false, [
    { kind: 'ControllerRevision' },
    { kind: 'DaemonSet', short: 'ds', categories: 'all', sub: ['status'] },
    { kind: 'Deployment', short: 'deploy', categories: 'all', sub: ['scale', 'status'] },
    { kind: 'ReplicaSet', short: 'rs', categories: 'all', sub: ['scale', 'status'] },
    { kind: 'StatefulSet', short: 'sts', categories: 'all', sub: ['scale', 'status'] },
  ]),
  ...inGroup('discovery.k8s.io', ['v1'], false, [{ kind: 'EndpointSlice' }]),
  ...inGroup('autoscaling', ['v2', 'v1'], false, [{ kind: 'HorizontalPodAutoscaler', short: 'hpa', categories: 'all', sub: ['status'] }]),
  ...inGroup('policy', ['v1'], false, [{ kind: 'PodDisruptionBudget', short: 'pdb', sub: ['status'] }]),
  ...inGroup('batch', ['v1'], false, [
    { kind: 'CronJob', short: 'cj', categories: 'all', sub: ['status'] },
    { kind: 'Job', categories: 'all', sub: ['status'] },
  ]),
  ...inGroup('coordination.k8s.io', ['v1'], false, [{ kind: 'Lease' }]),
  ...inGroup('networking.k8s.io', ['v1'], false, [
    { kind: 'Ingress', plural: 'ingresses', short: 'ing', sub: ['status'] },
    { kind: 'IngressClass', plural: 'ingressclasses', scope: 'cluster' },
    { kind: 'NetworkPolicy', plural: 'networkpolicies', short: 'netpol' },
  ]),
  ...inGroup('rbac.authorization.k8s.io', ['v1'], false, [
    { kind: 'ClusterRole', scope: 'cluster' },
    { kind: 'ClusterRoleBinding', scope: 'cluster' },
    { kind: 'Role' },
    { kind: 'RoleBinding' },
  ]),
  ...inGroup('networking.istio.io', ['v1', 'v1beta1', 'v1alpha3'], true, [
    { kind: 'DestinationRule', short: 'dr', categories: 'istio-io networking-istio-io', sub: ['status'] },
    { kind: 'Gateway', short: 'gw', categories: 'istio-io networking-istio-io', sub: ['status'] },
    { kind: 'ServiceEntry', plural: 'serviceentries', short: 'se', categories: 'istio-io networking-istio-io', sub: ['status'] },
    { kind: 'Sidecar', categories: 'istio-io networking-istio-io', sub: ['status'] },
    { kind: 'VirtualService', short: 'vs', categories: 'istio-io networking-istio-io', sub: ['status'] },
  ]),
  ...inGroup('gateway.networking.k8s.io', ['v1', 'v1beta1'], true, [
    { kind: 'Gateway', short: 'gtw', categories: 'gateway-api', sub: ['status'] },
    { kind: 'GatewayClass', plural: 'gatewayclasses', short: 'gc', categories: 'gateway-api', scope: 'cluster', sub: ['status'] },
    { kind: 'GRPCRoute', categories: 'gateway-api', versions: ['v1'], sub: ['status'] },
    { kind: 'HTTPRoute', categories: 'gateway-api', sub: ['status'] },
    { kind: 'ReferenceGrant', short: 'refgrant', categories: 'gateway-api', versions: ['v1beta1'] },
  ]),
]
