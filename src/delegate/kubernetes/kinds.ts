/** How one kind is addressed. */
export interface Resource {
  /** `apps`, or `` for the core group. */
  readonly group: string
  readonly version: string
  /** `deployments` */
  readonly plural: string
  readonly namespaced: boolean
}

/** The kinds that Sluice and most manifests use, by group: so their paths need no discovery. `!` marks cluster-wide kinds. */
const table: Readonly<Record<string, string>> = {
  '': `Pod pods, Service services, ConfigMap configmaps, Secret secrets, ServiceAccount serviceaccounts, Event events, Namespace !namespaces,
    Node !nodes, PersistentVolumeClaim persistentvolumeclaims, PersistentVolume !persistentvolumes, ResourceQuota resourcequotas,
    LimitRange limitranges, Endpoints endpoints, ReplicationController replicationcontrollers, PodTemplate podtemplates`,
  apps: 'Deployment deployments, ReplicaSet replicasets, StatefulSet statefulsets, DaemonSet daemonsets, ControllerRevision controllerrevisions',
  batch: 'Job jobs, CronJob cronjobs',
  autoscaling: 'HorizontalPodAutoscaler horizontalpodautoscalers',
  policy: 'PodDisruptionBudget poddisruptionbudgets',
  'discovery.k8s.io': 'EndpointSlice endpointslices',
  'coordination.k8s.io': 'Lease leases',
  'networking.k8s.io': 'Ingress ingresses, NetworkPolicy networkpolicies, IngressClass !ingressclasses',
  'rbac.authorization.k8s.io': 'Role roles, RoleBinding rolebindings, ClusterRole !clusterroles, ClusterRoleBinding !clusterrolebindings',
  'apiextensions.k8s.io': 'CustomResourceDefinition !customresourcedefinitions',
  'gateway.networking.k8s.io': 'HTTPRoute httproutes, GRPCRoute grpcroutes, Gateway gateways, GatewayClass !gatewayclasses',
  'networking.istio.io': `VirtualService virtualservices, DestinationRule destinationrules, Gateway gateways, ServiceEntry serviceentries,
    Sidecar sidecars, WorkloadEntry workloadentries, WorkloadGroup workloadgroups, EnvoyFilter envoyfilters`,
}

const known = new Map<string, { plural: string; namespaced: boolean }>()
for (const [group, kinds] of Object.entries(table))
  for (const pair of kinds.split(',')) {
    const [kind = '', plural = ''] = pair.trim().split(' ')
    known.set(`${group}/${kind}`, { plural: plural.replace('!', ''), namespaced: !plural.startsWith('!') })
  }

/** Splits `apps/v1` into group and version; the core group is ``. */
export function groupVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}

/** The resource of a well-known kind; undefined where only the API server can tell. */
export function knownResource(apiVersion: string, kind: string): Resource | undefined {
  const { group, version } = groupVersion(apiVersion)
  const found = known.get(`${group}/${kind}`)
  return found && { group, version, ...found }
}

/** `virtualservices.networking.istio.io`: how RBAC and error messages name a resource. */
export function resourceName(resource: Resource): string {
  return resource.group ? `${resource.plural}.${resource.group}` : resource.plural
}

/** The path of a collection, or of one object in it. */
export function resourcePath(resource: Resource, namespace?: string, name?: string): string {
  const root = resource.group ? `/apis/${resource.group}/${resource.version}` : `/api/${resource.version}`
  const scope = resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${root}${scope}/${resource.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
}
