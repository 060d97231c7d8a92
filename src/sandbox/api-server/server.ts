import type { KubernetesObject } from '#base/index.ts'
import { type Sources } from './identity.ts'
import { copy, isObject } from './json.ts'
import { createObjectStore, type ObjectStore } from './object-store.ts'
import { jsonPatch } from './patch/json.ts'
import { mergePatch } from './patch/merge.ts'
import { apiVersionOf, resourceName, type Resource } from './resource.ts'
import { readPath, type Route } from './route.ts'
import { fieldSelector, labelSelector, type Predicate } from './selectors.ts'
import { ApiError, badRequest, failure, invalid, methodNotAllowed, notFound } from './status.ts'
import { createStore } from './store.ts'
import { startWatch, type Watch, type WatchEvent } from './watch.ts'
import { createObject, deleteObject, updateObject, type Admission, type Core, type WriteOptions } from './write.ts'

export interface ApiServerOptions extends Sources {
  /** Validating webhooks, asked in this order. */
  readonly admission?: readonly Admission[]
  /** Namespaces that exist from the beginning. */
  readonly namespaces?: readonly string[]
  /** Events kept for watches that begin in the past. */
  readonly history?: number
}

export interface ApiRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly contentType?: string | undefined
  readonly accept?: string | undefined
  /** JSON as a value, or the text of the body. */
  readonly body?: unknown
}

export interface ApiResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** JSON as a value; text where the content type says so. */
  readonly body: unknown
  /** The texts of the Warning headers. */
  readonly warnings: readonly string[]
}

/** A Kubernetes API server in memory. */
export interface ApiServer {
  /** Answers a request at once. Watches go through `watch`. */
  handle(request: ApiRequest): ApiResponse
  /** Begins a watch, or answers why it cannot. `ended` is called when the server ends it, not after `stop`. */
  watch(request: ApiRequest, deliver: (event: WatchEvent) => void, ended: () => void): Watch | ApiResponse
  /** The same without HTTP, for controllers. */
  readonly objects: ObjectStore
}

const defaultNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

export function createApiServer(options: ApiServerOptions): ApiServer {
  const { clock, random, admission = [], namespaces = defaultNamespaces, history } = options
  const core: Core = { clock, random, admission, store: createStore(history === undefined ? {} : { history }) }
  const objects = createObjectStore(core)
  for (const name of namespaces)
    objects.create(
      'namespaces',
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      },
      { manager: 'kube-apiserver' },
    )
  return {
    objects,
    handle: request => answering(() => respond(core, request)),
    watch(request, deliver, ended) {
      let watch: Watch | undefined
      const failed = answering(() => {
        watch = beginWatch(core, request, deliver, ended)
        return answer(200, {})
      })
      return watch ?? failed
    },
  }
}

const answer = (status: number, body: unknown, warnings: readonly string[] = []): ApiResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body,
  warnings,
})

function answering(act: () => ApiResponse): ApiResponse {
  try {
    return act()
  } catch (error) {
    if (error instanceof ApiError) return answer(error.code, error.status)
    throw error
  }
}

function beginWatch(core: Core, request: ApiRequest, deliver: (event: WatchEvent) => void, ended: () => void): Watch {
  const route = readPath(request.path)
  if (!route) throw failure({ code: 404, reason: 'NotFound', message: 'the server could not find the requested resource' })
  const { resource, version, namespace, query } = route
  const blank = { apiVersion: apiVersionOf(resource.group, version), kind: resource.kind }
  const from = query.get('resourceVersion')
  const timeout = query.get('timeoutSeconds')
  return startWatch(
    core,
    {
      resource,
      namespace,
      matches: selection(route),
      from: from ? Number(from) : undefined,
      bookmarks: query.get('allowWatchBookmarks') === 'true',
      sendInitialEvents: query.get('sendInitialEvents') === 'true',
      timeoutSeconds: timeout ? Number(timeout) : undefined,
      show: object => ({ ...object, ...blank }),
      blank,
    },
    deliver,
    ended,
  )
}

/** Fields that every resource can be selected by. */
const anyFields = ['metadata.name', 'metadata.namespace']

function selection({ query, resource }: Route): Predicate {
  const byLabel = labelSelector(query.get('labelSelector'))
  const byField = fieldSelector(query.get('fieldSelector'), [...anyFields, ...(moreFields[resourceName(resource)] ?? [])])
  return object => (byLabel?.(object) ?? true) && (byField?.(object) ?? true)
}

const moreFields: Readonly<Record<string, readonly string[]>> = {
  pods: ['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'status.phase', 'status.podIP'],
  events: ['involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name', 'involvedObject.uid', 'reason', 'type'],
  secrets: ['type'],
  namespaces: ['status.phase'],
  'replicasets.apps': ['status.replicas'],
}

function respond(core: Core, request: ApiRequest): ApiResponse {
  const route = readPath(request.path)
  if (!route) return { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '404 page not found\n', warnings: [] }
  if (route.name === undefined) return onCollection(core, route, request)
  return onObject(core, route, route.name, request)
}

function onCollection(core: Core, route: Route, request: ApiRequest): ApiResponse {
  if (request.method === 'GET') return answer(200, list(core, route))
  if (request.method === 'POST') {
    const options = writeOptions(route, request)
    const object = createObject(core, route.resource, namespaceOf(route), readBody(request), options)
    return answer(201, shown(route, object), options.warnings)
  }
  throw methodNotAllowed()
}

function onObject(core: Core, route: Route, name: string, request: ApiRequest): ApiResponse {
  const { resource } = route
  const namespace = namespaceOf(route)
  const present = core.store.get(resourceName(resource), namespace, name)
  const options = writeOptions(route, request)
  switch (request.method) {
    case 'GET':
      if (!present) throw notFound({ group: resource.group, resource: resource.plural, name })
      return answer(200, shown(route, present))
    case 'PUT':
      return answer(200, shown(route, updateObject(core, resource, namespace, readBody(request), options)), options.warnings)
    case 'PATCH': {
      if (!present) throw notFound({ group: resource.group, resource: resource.plural, name })
      const next = patched(resource, present, request)
      return answer(200, shown(route, updateObject(core, resource, namespace, next, options)), options.warnings)
    }
    case 'DELETE':
      return remove(core, route, name, request)
    default:
      throw methodNotAllowed()
  }
}

function patched(resource: Resource, present: KubernetesObject, request: ApiRequest): KubernetesObject {
  const patch = parse(request.body)
  switch (request.contentType) {
    case 'application/json-patch+json':
      return jsonPatch(present, patch) as KubernetesObject
    case 'application/merge-patch+json':
    case 'application/strategic-merge-patch+json':
      if (resource.custom && request.contentType !== 'application/merge-patch+json') break
      return mergePatch(present, patch) as KubernetesObject
  }
  throw failure({
    code: 415,
    reason: 'UnsupportedMediaType',
    message:
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
  })
}

function remove(core: Core, route: Route, name: string, request: ApiRequest): ApiResponse {
  const body = request.body === undefined ? {} : parse(request.body)
  const read = isObject(body) ? body : {}
  const preconditions = isObject(read['preconditions']) ? read['preconditions'] : {}
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
  const { gone, object } = deleteObject(core, route.resource, namespaceOf(route), name, {
    dryRun: route.query.get('dryRun') === 'All',
    uid: text(preconditions['uid']),
    resourceVersion: text(preconditions['resourceVersion']),
    grace: typeof read['gracePeriodSeconds'] === 'number' ? read['gracePeriodSeconds'] : undefined,
    propagation: text(read['propagationPolicy']) ?? route.query.get('propagationPolicy') ?? undefined,
  })
  if (!gone) return answer(200, shown(route, object))
  const { group, plural } = route.resource
  const details = { name, ...(group ? { group } : {}), kind: plural, uid: object.metadata.uid }
  return answer(200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details })
}

function list(core: Core, route: Route): unknown {
  const { resource, version, namespace } = route
  const apiVersion = apiVersionOf(resource.group, version)
  const items = core.store.list(resourceName(resource), namespace).filter(selection(route))
  return {
    kind: `${resource.kind}List`,
    apiVersion,
    metadata: { resourceVersion: String(core.store.version()) },
    items: items.map(item => shown(route, item)),
  }
}

const shown = ({ resource, version }: Route, object: KubernetesObject): KubernetesObject =>
  version === resource.versions[0] ? object : { ...object, apiVersion: apiVersionOf(resource.group, version) }

const namespaceOf = ({ resource, namespace }: Route): string => (resource.namespaced ? (namespace ?? 'default') : '')

const writeOptions = ({ query, subresource }: Route, request: ApiRequest): WriteOptions & { warnings: string[] } => ({
  manager: query.get('fieldManager') ?? request.headers?.['user-agent']?.split('/')[0] ?? 'unknown',
  dryRun: query.get('dryRun') === 'All',
  warnings: [],
  subresource,
})

function parse(body: unknown): unknown {
  if (typeof body !== 'string') return copy(body)
  try {
    return JSON.parse(body)
  } catch {
    throw badRequest('error decoding: not JSON')
  }
}

function readBody(request: ApiRequest): KubernetesObject {
  const body = parse(request.body)
  if (!isObject(body)) throw invalid({ group: '', resource: '', name: '' }, [])
  return { apiVersion: '', kind: '', ...body, metadata: isObject(body['metadata']) ? body['metadata'] : {} } as KubernetesObject
}
