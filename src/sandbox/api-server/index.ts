// A Kubernetes API server in memory: objects, versions, watches, patches, as a deterministic core with HTTP on top.
export { createApiServer, type ApiServer, type ApiServerOptions } from './server.ts'
export type { ApiRequest, ApiResponse } from './request.ts'
export {
  createInProcessCluster,
  type ClusterRequest,
  type ClusterResponse,
  type Fault,
  type InProcessCluster,
  type InProcessClusterOptions,
} from './cluster.ts'
export { listen, type Listening, type ListenOptions } from './http/listen.ts'
export type { Key, ObjectEvent, ObjectStore, Writer } from './object-store.ts'
export { equal } from './json.ts'
export { resources } from './kinds/all.ts'
export { resourceName } from './resource.ts'
export { ApiError, type Status } from './status.ts'
export type { Watch, WatchEvent } from './watch.ts'
export { administrator, isAllowed, type Access, type Attributes, type User } from './access.ts'
export type { Admission, Operation } from './core.ts'
