import type { KubernetesObject } from '#base/index.ts'
import { fromLocalhost, text, type HttpAnswer, type HttpRequest } from '#sandbox/pods/index.ts'
import type { Connection } from './connection.ts'
import type { Endpoint } from './endpoints.ts'
import { madeVirtualServices } from './made-virtual-services.ts'
import { minorOf, type Istiod } from './istiod.ts'
import type { XdsType } from './push-rules.ts'
import { configKinds } from './resources.ts'

/** Ports on which an istiod serves its debug pages, and the one with its metrics. */
const debugPorts = [8080, 15_014]
const metricsPort = 15_014

/** What an istiod answers: its pages, an error by its status, or nothing at all. */
export type DebugAnswers = 'pages' | 401 | 403 | 500 | 'nothing'

/** Which pages an istiod has, and what they tell. */
export interface DebugOptions {
  /** `ENABLE_DEBUG_ON_HTTP`. */
  readonly debugOnHttp: boolean
  readonly answers: DebugAnswers
  /** Namespaces whose service accounts may ask, beside istiod's own. */
  readonly debugNamespaces: readonly string[]
  /** The version that it tells. */
  readonly claims: string
  /** Whether syncz leaves a proxy out. */
  readonly hides: (proxy: string) => boolean
}

/** What istiod answers on its HTTP ports. */
export async function answerDebug(istiod: Istiod, options: DebugOptions, request: HttpRequest, port: number): Promise<HttpAnswer> {
  if (options.answers === 'nothing') return new Promise<never>(() => undefined)
  return openPage(istiod, options, request.path, port) ?? debugPage(istiod, options, request, port)
}

/** What everybody may read. */
function openPage(istiod: Istiod, options: DebugOptions, path: string, port: number): HttpAnswer | undefined {
  if (port === 8080 && path === '/ready') return text(200, '')
  if (port !== metricsPort) return undefined
  if (path === '/metrics') return text(200, metrics(istiod, options))
  return path === '/version' ? text(200, buildOf(options)) : undefined
}

function debugPage(istiod: Istiod, options: DebugOptions, request: HttpRequest, port: number): HttpAnswer {
  const { debugOnHttp, answers, hides } = options
  const [path = '', query = ''] = request.path.split('?')
  const page = debugOnHttp && debugPorts.includes(port) ? pages[path] : undefined
  if (!page) return text(404, '404 page not found\n')
  const refused = refusal(request, options) ?? (typeof answers === 'number' ? answers : undefined)
  if (refused !== undefined) return text(refused, '')
  const shown = page(istiod, { namespace: new URLSearchParams(query).get('namespace'), hides })
  return text(200, written(istiod, request.path, shown), { 'content-type': 'application/json' })
}

/** Localhost may ask; everybody else needs a token for istiod, of an account of its namespace or of one that is allowed. */
function refusal({ headers }: HttpRequest, { debugNamespaces }: DebugOptions): 401 | 403 | undefined {
  if (headers[fromLocalhost] !== undefined) return undefined
  const [namespace = '', , audience] = (headers['authorization'] ?? '').replace(/^Bearer /, '').split('/')
  if (audience !== 'istio-ca') return 401
  return ['istio-system', ...debugNamespaces].includes(namespace) ? undefined : 403
}

/** What narrows a page. */
interface Asked {
  readonly namespace: string | null
  readonly hides: (proxy: string) => boolean
}

/** What a page shows. */
interface Page {
  /** All that the value is made of, none of which ever changes in place. */
  readonly of: readonly unknown[]
  readonly value: () => unknown
}

const pages: Readonly<Record<string, (istiod: Istiod, asked: Asked) => Page>> = {
  '/debug/syncz': syncz,
  '/debug/configz'(istiod) {
    const read = configKinds.flatMap(kind => istiod.objects(kind))
    return { of: read, value: () => [...read, ...made(istiod)].map(configz) }
  },
  '/debug/endpointShardz': istiod => ({ of: [...istiod.endpoints()].flat(), value: () => shards(istiod.endpoints()) }),
}

/** By istiod and path. */
const last = new WeakMap<Istiod, Map<string, { readonly of: readonly unknown[]; readonly text: string }>>()

/** A page as text: written anew where something that it shows has changed, for most that ask wait for a change. */
function written(istiod: Istiod, path: string, { of, value }: Page): string {
  const known = last.get(istiod) ?? new Map<string, { readonly of: readonly unknown[]; readonly text: string }>()
  last.set(istiod, known)
  const before = known.get(path)
  if (before && before.of.length === of.length && of.every((each, index) => each === before.of[index])) return before.text
  const now = JSON.stringify(value())
  known.set(path, { of, text: now })
  return now
}

/** Types as syncz's fields and as the type's URL. */
const fields: Readonly<Record<XdsType, { readonly field: string; readonly url: string }>> = {
  clusters: { field: 'cluster', url: 'type.googleapis.com/envoy.config.cluster.v3.Cluster' },
  endpoints: { field: 'endpoint', url: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment' },
  listeners: { field: 'listener', url: 'type.googleapis.com/envoy.config.listener.v3.Listener' },
  routes: { field: 'route', url: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration' },
}

function syncz(istiod: Istiod, { namespace, hides }: Asked): Page {
  const all = [...istiod.connections.values()]
  const connected = all.filter(({ peer }) => (!namespace || peer.namespace === namespace) && !hides(peer.id))
  const sorted = connected.toSorted((a, b) =>
    a.peer.namespace === b.peer.namespace ? (a.peer.id < b.peer.id ? -1 : 1) : a.peer.namespace < b.peer.namespace ? -1 : 1,
  )
  return {
    of: sorted.flatMap(connection => [connection, ...connection.states().flat()]),
    value: () => sorted.map(connection => statusOf(connection, minorOf(istiod.options.version))),
  }
}

function statusOf(connection: Connection, minor: number): object {
  const { peer } = connection
  const status: Record<string, unknown> = { cluster_id: 'Kubernetes', proxy: peer.id, proxy_type: 'router', istio_version: peer.version }
  const resources: Record<string, unknown> = {}
  for (const [type, { sent, acked, sentAt, lastError }] of connection.states()) {
    const { field, url } = fields[type]
    status[`${field}_sent`] = sent
    if (acked) status[`${field}_acked`] = acked
    // What is undefined is not told.
    resources[url] = { sent, acked: acked || undefined, sentTime: new Date(sentAt).toISOString(), lastError: lastError || undefined }
  }
  // Times and refusals are told since Istio 1.23.
  if (minor >= 23) status['resources'] = resources
  return status
}

/** Beside the objects that it has read, istiod keeps what it makes of routes of the Gateway API. */
function made(istiod: Istiod): readonly KubernetesObject[] {
  return [...istiod.objects('HTTPRoute'), ...istiod.objects('GRPCRoute')].flatMap(madeVirtualServices)
}

function configz({ apiVersion, kind, metadata, spec }: KubernetesObject): object {
  const { name, namespace, resourceVersion, labels, annotations, creationTimestamp, uid, generation } = metadata
  return { kind, apiVersion, metadata: { name, namespace, uid, resourceVersion, generation, creationTimestamp, labels, annotations }, spec }
}

function shards(endpoints: ReadonlyMap<string, readonly Endpoint[]>): object {
  return Object.fromEntries(
    [...endpoints]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([host, list]) => [
        host,
        {
          [host.split('.')[1] ?? '']: { Shards: list.length > 0 ? { 'Kubernetes/Kubernetes': list.map(shard) } : {}, ServiceAccounts: {} },
        },
      ]),
  )
}

function shard(endpoint: Endpoint): object {
  return {
    Labels: endpoint.labels,
    Addresses: [endpoint.ip],
    ServicePortName: endpoint.portName,
    LegacyClusterPortKey: 0,
    ServiceAccount: '',
    Network: '',
    Locality: { Label: '', ClusterID: 'Kubernetes' },
    EndpointPort: endpoint.port,
    LbWeight: 0,
    TLSMode: 'disabled',
    Namespace: endpoint.namespace,
    WorkloadName: endpoint.workload,
    HostName: '',
    SubDomain: '',
    HealthStatus: endpoint.health,
    SendUnhealthyEndpoints: false,
    NodeName: endpoint.node,
  }
}

function buildOf({ claims }: DebugOptions): string {
  return `${claims}-sandbox-Clean`
}

function metrics(istiod: Istiod, options: DebugOptions): string {
  const { count, seconds } = istiod.pushContexts()
  return [
    '# TYPE pilot_info gauge',
    `pilot_info{version="${buildOf(options)}"} 1`,
    '# TYPE pilot_pushcontext_init_seconds histogram',
    `pilot_pushcontext_init_seconds_bucket{le="+Inf"} ${count}`,
    `pilot_pushcontext_init_seconds_sum ${Number(seconds.toFixed(6))}`,
    `pilot_pushcontext_init_seconds_count ${count}`,
    '# TYPE pilot_inbound_updates counter',
    `pilot_inbound_updates{type="config"} ${istiod.updates}`,
    '# TYPE process_start_time_seconds gauge',
    `process_start_time_seconds ${istiod.started / 1000}`,
    '# TYPE pilot_xds gauge',
    `pilot_xds{version="${options.claims}"} ${istiod.connections.size}`,
    '',
  ].join('\n')
}
