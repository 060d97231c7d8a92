// Clusters: the port to an API server and its pods, and typed operations on top of it.
export type { ApiRequest, ApiResponse, Cluster, PodName, PodRequest, PodResponse, WatchEvent } from './cluster.ts'
