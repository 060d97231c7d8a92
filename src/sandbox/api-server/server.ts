import { requireAllowed, userOf, type Access } from './access.ts'
import type { Admission, Core } from './core.ts'
import type { Sources } from './identity.ts'
import { negotiate } from './http/negotiate.ts'
import { createObjectStore, type ObjectStore } from './object-store.ts'
import { listOptions } from './options.ts'
import { acceptOf, answering, pageNotFound, type Answering, type ApiRequest, type ApiResponse } from './request.ts'
import { apiVersionOf } from './resource.ts'
import { attributesOf, respond } from './respond.ts'
import { readPath, type Route } from './route.ts'
import { selectionOf } from './selection.ts'
import { watchShow } from './show.ts'
import { createStore } from './store.ts'
import { startWatch, type Watch, type WatchEvent } from './watch.ts'

export interface ApiServerOptions extends Sources {
  /** Validating webhooks, asked in this order. */
  readonly admission?: readonly Admission[]
  /** Namespaces that exist from the beginning. */
  readonly namespaces?: readonly string[]
  /** Events kept for watches that begin in the past. */
  readonly history?: number
  /** Who may do what; by default everybody everything. */
  readonly access?: Access
}

/** A Kubernetes API server in memory. */
export interface ApiServer {
  /** Answers a request at once. Watches go through `watch`. */
  handle(request: ApiRequest): ApiResponse
  /** Is this request a watch? */
  isWatch(request: ApiRequest): boolean
  /** Begins a watch, or answers why it cannot. `ended` is called when the server ends it, not after `stop`. */
  watch(request: ApiRequest, deliver: (event: WatchEvent) => void, ended: () => void): Watch | ApiResponse
  /** The same without HTTP, for controllers. */
  readonly objects: ObjectStore
}

const defaultNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

export function createApiServer(options: ApiServerOptions): ApiServer {
  const { clock, random, admission = [], namespaces = defaultNamespaces, history, access = {} } = options
  const core: Core = { clock, random, admission, store: createStore(history === undefined ? {} : { history }) }
  const objects = createObjectStore(core)
  for (const name of namespaces)
    objects.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, { manager: 'kube-apiserver' })
  const whole: Answering = { core, access }
  return {
    objects,
    isWatch: request => request.method === 'GET' && /[?&]watch(?:=|&|$)/.test(request.path) && watchRoute(request) !== undefined,
    handle: request => answering(() => respond(whole, request)),
    watch(request, deliver, ended) {
      let watch: Watch | undefined
      const refusal = answering(() => {
        watch = beginWatch(whole, request, { deliver, ended })
        return pageNotFound()
      })
      return watch ?? refusal
    },
  }
}

/** The collection that a request watches; the parameter means nothing on the path of one object. */
function watchRoute(request: ApiRequest): Route | undefined {
  let route: Route | undefined
  answering(() => {
    route = readPath(request.path)
    return pageNotFound()
  })
  const asked = route?.query.get('watch')
  return route && route.name === undefined && asked !== 'false' && asked !== '0' ? route : undefined
}

interface Listener {
  readonly deliver: (event: WatchEvent) => void
  readonly ended: () => void
}

function beginWatch({ core, access }: Answering, request: ApiRequest, { deliver, ended }: Listener): Watch | undefined {
  const user = userOf(access, request.headers ?? {})
  const route = readPath(request.path)
  if (!route) return undefined
  requireAllowed(access, { user, verb: 'watch', ...attributesOf(route) })
  const form = negotiate(acceptOf(request))
  const { resource, namespace, matches } = selectionOf(route)
  const { resourceVersion, bookmarks, sendInitialEvents, timeoutSeconds } = listOptions(route.query)
  const blank = { kind: resource.kind, apiVersion: apiVersionOf(resource.group, route.version) }
  const show = watchShow(core, route, form)
  const options = { resource, namespace, matches, from: resourceVersion, bookmarks, sendInitialEvents, timeoutSeconds, show, blank }
  return startWatch(core, options, deliver, ended)
}
