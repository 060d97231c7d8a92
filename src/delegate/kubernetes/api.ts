import type { ApiRequest, ApiResponse, Cluster } from './cluster.ts'
import type { CountedCluster } from './count.ts'
import { discovery, newDocuments, type Discovery, type Documents } from './discovery.ts'
import { failures } from './failures.ts'
import { resourceName, resourcePath, type Resource } from './kinds.ts'
import type { Collection, ObjectRef } from './objects.ts'
import { send, type Surroundings } from './requests.ts'
import { failureOf, statusOf, type Request } from './status.ts'

/** What the operations share: the cluster, its kinds, and requests with retries. */
export interface Api {
  readonly cluster: Cluster
  readonly kinds: Discovery
  ask(request: ApiRequest, signal?: AbortSignal): Promise<ApiResponse>
}

export function apiOf(cluster: Cluster, surroundings: Surroundings): Api {
  const ask = (request: ApiRequest, signal?: AbortSignal): Promise<ApiResponse> => send(cluster, request, surroundings, signal)
  const read = async (path: string): Promise<unknown> => {
    const response = await ask({ method: 'GET', path })
    if (response.status === 404) return undefined
    if (response.status === 200) return response.body
    throw failureOf(response, { verb: 'get', about: path, resource: path, namespace: '', cluster: cluster.name })
  }
  return { cluster, kinds: discovery(read, cluster.name, documentsOf(cluster, surroundings)), ask }
}

const remembered = new WeakMap<Cluster, Documents>()

/** What a cluster serves is asked for once, whoever asks: counting calls makes no other cluster of it. */
function documentsOf(cluster: Cluster, { clock }: Surroundings): Documents {
  const key = (cluster as Partial<CountedCluster>).counted ?? cluster
  const present = remembered.get(key) ?? newDocuments(clock)
  remembered.set(key, present)
  return present
}

/** A resource, and what was asked of it in words, for the failure that may come of it. */
export interface Target {
  readonly resource: Resource
  readonly path: string
  readonly request: Request
}

export async function objectTarget(api: Api, verb: string, ref: ObjectRef, signal?: AbortSignal): Promise<Target> {
  const resource = await api.kinds.resource(ref.apiVersion, ref.kind, signal)
  const about = `${ref.kind} ${ref.namespace ? `${ref.namespace}/` : ''}${ref.name}`
  const request = { verb, about, resource: resourceName(resource), namespace: ref.namespace ?? '', cluster: api.cluster.name }
  return { resource, path: resourcePath(resource, ref.namespace, ref.name), request }
}

export async function collectionTarget(api: Api, verb: string, collection: Collection, signal?: AbortSignal): Promise<Target> {
  const { apiVersion, kind, namespace, labels, fields } = collection
  const resource = await api.kinds.resource(apiVersion, kind, signal)
  const query = new URLSearchParams()
  if (labels) query.set('labelSelector', labels)
  if (fields) query.set('fieldSelector', fields)
  const path = resourcePath(resource, namespace) + (query.size > 0 ? `?${query.toString()}` : '')
  const about = `${resource.plural}${namespace ? ` of namespace ${namespace}` : ''}${labels ? ` with ${labels}` : ''}`
  return {
    resource,
    path,
    request: { verb, about, resource: resourceName(resource), namespace: namespace ?? '', cluster: api.cluster.name },
  }
}

/** The version in which objects of this resource are written: Istio's may differ from the one a manifest names. */
export function apiVersionOf({ group, version }: Resource): string {
  return group ? `${group}/${version}` : version
}

/**
 * What a 404 means, where it does not mean "no such object": a missing namespace, or a kind that is not served
 * (the API server answers that with plain text).
 */
export function throwUnlessAbsent(
  response: ApiResponse,
  { request }: Target,
  ref: { readonly apiVersion: string; readonly kind: string },
): void {
  const status = statusOf(response)
  if (status.reason !== 'NotFound') throw failures.KIND_NOT_SERVED({ cluster: request.cluster, kind: ref.kind, apiVersion: ref.apiVersion })
  if (status.details.kind === 'namespaces' && ref.kind !== 'Namespace')
    throw failures.NAMESPACE_MISSING({ ...request, namespace: request.namespace })
}
