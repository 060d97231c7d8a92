import type { KubernetesObject } from '#base/index.ts'

/** One request to an API server. `path` begins with a slash and may hold a query: `/api/v1/namespaces/shop/pods?limit=1`. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** Of the body; `application/json` where it is left out. */
  readonly contentType?: string
  /** Sent as JSON. */
  readonly body?: unknown
}

/** What the API server answered, whatever its status; `body` is parsed JSON, or text where it was no JSON. */
export interface ApiResponse {
  readonly status: number
  readonly body: unknown
  /** Texts of the `Warning` headers. */
  readonly warnings: readonly string[]
  /** Seconds to wait, where the server sent `Retry-After`. */
  readonly retryAfter?: number
}

/** One line of a watch. An ERROR's object is a Status; a BOOKMARK's object has only kind and resourceVersion. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: KubernetesObject
}

export interface PodName {
  readonly namespace: string
  readonly name: string
}

export interface PodRequest {
  /** GET where it is left out. */
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface PodResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The network of the pods, and who this process is there. */
export interface Inside {
  /** Speaks HTTP to an address of a pod. Rejects as `podHttp` of Cluster does. */
  http(address: string, port: number, request: PodRequest, signal?: AbortSignal): Promise<PodResponse>
  /** A token of this process' service account that is good for an audience; where there is none, and none is given, a Failure. */
  token(audience: string, signal?: AbortSignal): Promise<string>
}

/**
 * An API server and a way to its pods, as every adapter gives it (cluster.contract.ts holds them to it).
 * 1. An answer is returned, whatever its status. No answer (refused, reset, unknown host) rejects with a Failure blamed on the world.
 * 2. An aborted signal rejects with the signal's reason, and ends a watch.
 */
export interface Cluster {
  /** For people: context and server. */
  readonly name: string
  request(request: ApiRequest, signal?: AbortSignal): Promise<ApiResponse>
  /**
   * Opens a watch: `path` names a collection, its query what to watch from. Ends when the server ends it.
   * An answer other than 200 is one ERROR event with the server's Status.
   */
  watch(path: string, signal?: AbortSignal): AsyncIterable<WatchEvent>
  /** Speaks HTTP to a port of a pod. */
  podHttp(pod: PodName, port: number, request: PodRequest, signal?: AbortSignal): Promise<PodResponse>
  /** Only where this process runs in the cluster itself. */
  readonly inside?: Inside
}
