// A Kubernetes API server in memory: objects, versions, watches, patches, as a deterministic core with HTTP on top.
export { createApiServer, type ApiRequest, type ApiResponse, type ApiServer, type ApiServerOptions } from './server.ts'
export {
  createInProcessCluster,
  type ClusterRequest,
  type ClusterResponse,
  type Fault,
  type InProcessCluster,
  type InProcessClusterOptions,
} from './cluster.ts'
export type { Key, ObjectEvent, ObjectStore, Writer } from './object-store.ts'
export { resources } from './kinds.ts'
export { resourceName } from './resource.ts'
export { ApiError, type Status } from './status.ts'
export type { Watch, WatchEvent } from './watch.ts'
export type { Admission, Operation } from './write.ts'
