import type { Resource } from '../resource.ts'
import { horizontalPodAutoscalers } from './autoscaling.ts'
import { cronJobs, jobs } from './batch.ts'
import { persistentVolumeClaims } from './claims.ts'
import { limitRanges, namespaces, nodes, resourceQuotas } from './cluster.ts'
import { configMaps, secrets, serviceAccounts } from './configuration.ts'
import { leases } from './coordination.ts'
import { endpoints, endpointSlices } from './endpoints.ts'
import { events } from './events.ts'
import { gatewayClasses, gateways, grpcRoutes, httpRoutes, referenceGrants } from './gateway-api.ts'
import { destinationRules, istioGateways, serviceEntries, sidecars, virtualServices } from './istio.ts'
import { ingressClasses, ingresses, networkPolicies } from './networking.ts'
import { pods, podTemplates } from './pods.ts'
import { podDisruptionBudgets } from './policy.ts'
import { clusterRoleBindings, clusterRoles, roleBindings, roles } from './rbac.ts'
import { services } from './services.ts'
import { controllerRevisions, daemonSets, deployments, replicaSets, replicationControllers, statefulSets } from './workloads.ts'

/** Every resource that the server keeps, by group and name as discovery lists them. */
export const resources: readonly Resource[] = [
  configMaps,
  endpoints,
  events,
  limitRanges,
  namespaces,
  nodes,
  persistentVolumeClaims,
  pods,
  podTemplates,
  replicationControllers,
  resourceQuotas,
  secrets,
  serviceAccounts,
  services,
  controllerRevisions,
  daemonSets,
  deployments,
  replicaSets,
  statefulSets,
  horizontalPodAutoscalers,
  cronJobs,
  jobs,
  leases,
  endpointSlices,
  ingressClasses,
  ingresses,
  networkPolicies,
  podDisruptionBudgets,
  clusterRoleBindings,
  clusterRoles,
  roleBindings,
  roles,
  destinationRules,
  istioGateways,
  serviceEntries,
  sidecars,
  virtualServices,
  gatewayClasses,
  gateways,
  grpcRoutes,
  httpRoutes,
  referenceGrants,
]
