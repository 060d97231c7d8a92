// Clusters: the port to an API server and its pods, and typed operations on top of it.
export { backoff, type BackoffSettings } from './backoff.ts'
export { connectCluster, type ClusterChoice, type ConnectedCluster } from './client-node/connect.ts'
export { kubeconfigFiles } from './client-node/kubeconfig.ts'
export type { ApiRequest, ApiResponse, Cluster, Inside, PodName, PodRequest, PodResponse, WatchEvent } from './cluster.ts'
export { countCalls, type CountedCluster, type Counts } from './count.ts'
export type { Change } from './follow.ts'
export { gatewaySelector, podsOfGateway, podsOfGateways, selectorOf } from './gateways.ts'
export { openMirror, type Mirror } from './mirror.ts'
export { objectsOf } from './objects-of.ts'
export { orAborted } from './or-aborted.ts'
export type {
  AccessRight,
  Allowed,
  Applied,
  ApplyOptions,
  Collection,
  Conflict,
  ObjectList,
  ObjectRef,
  Objects,
  Removed,
  RemoveOptions,
  Stale,
  WriteOptions,
  Written,
  WrittenObject,
} from './objects.ts'
export type { Surroundings } from './requests.ts'
export { refOf } from './writing.ts'
export type { Fenceposts } from './steady-state/fenceposts.ts'
export type { RolloutStatus } from './steady-state/rollout-status.ts'
export type { Related, SteadyState } from './steady-state/state.ts'
export { awaitedState } from './steady-state/steady-state.ts'
export { troubleOf, type Trouble } from './steady-state/trouble.ts'
