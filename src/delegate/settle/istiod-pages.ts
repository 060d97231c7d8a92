import type { KubernetesObject } from '#base/index.ts'
import type { Updates } from './calm.ts'
import { madeOf } from './made-routes.ts'
import type { PushCount } from './push-clock.ts'

/** The types of configuration that proxies get, as syncz's fields name them. */
export const xdsTypes = ['cluster', 'endpoint', 'listener', 'route'] as const
export type XdsType = (typeof xdsTypes)[number]

/** What istiod has sent to a proxy of one type, and what the proxy has acknowledged. */
export interface Exchange {
  readonly sent: string | undefined
  readonly acked: string | undefined
  /** Words of the last refusal; undefined where there is none, or where this Istio does not tell (before 1.23). */
  readonly lastError: string | undefined
}

export interface ProxyStatus {
  /** `istio-ingressgateway-6f.istio-system` */
  readonly id: string
  /** Whether this istiod tells refusals. */
  readonly tellsErrors: boolean
  readonly types: Readonly<Record<XdsType, Exchange>>
}

/** An object as an istiod has read it. */
export interface ConfigVersion {
  /** `VirtualService shop/cart` */
  readonly key: string
  readonly uid: string
  readonly generation: number
  /** Of a route of the Gateway API: istiod has read it, but what it makes of it is not seen to be of this version. */
  readonly isUnmade?: boolean
}

/** One healthy address of a Service, as an istiod's index has it. */
export interface ShardEndpoint {
  readonly address: string
  readonly labels: Readonly<Record<string, string>>
}

type Page = Readonly<Record<string, unknown>>

const typeUrls: Readonly<Record<XdsType, string>> = {
  cluster: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  endpoint: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  listener: 'type.googleapis.com/envoy.config.listener.v3.Listener',
  route: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
}

/** Reads `/debug/syncz`. */
export function readSyncz(page: unknown): readonly ProxyStatus[] {
  return list(page).map(entry => {
    const resources = entry['resources'] as Readonly<Record<string, { readonly lastError?: string }>> | undefined
    const exchange = (type: XdsType): Exchange => ({
      sent: text(entry[`${type}_sent`]),
      acked: text(entry[`${type}_acked`]),
      lastError: text(resources?.[typeUrls[type]]?.lastError),
    })
    return {
      id: text(entry['proxy']) ?? '',
      tellsErrors: resources !== undefined,
      types: { cluster: exchange('cluster'), endpoint: exchange('endpoint'), listener: exchange('listener'), route: exchange('route') },
    }
  })
}

/** Names an object as configz and we do. */
export function configKey(object: {
  readonly kind: string
  readonly metadata: { readonly namespace?: string; readonly name: string }
}): string {
  return `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`
}

/** Reads `/debug/configz`: the routes and rules in it. */
export function readConfigz(page: unknown): readonly ConfigVersion[] {
  const entries = list(page) as readonly KubernetesObject[]
  const made = madeOf(entries)
  return entries.filter(isManaged).map(entry => {
    const { uid = '', generation = 0 } = entry.metadata
    const isUnmade = entry.kind.endsWith('Route') && !made(entry)
    return { key: configKey(entry), uid, generation, ...(isUnmade && { isUnmade }) }
  })
}

/** Other groups have kinds of these names too. */
function isManaged({ apiVersion, kind }: KubernetesObject): boolean {
  const [group] = apiVersion.split('/')
  if (group === 'networking.istio.io') return kind === 'VirtualService' || kind === 'DestinationRule'
  return group === 'gateway.networking.k8s.io' && (kind === 'HTTPRoute' || kind === 'GRPCRoute')
}

/** istiod's number for a healthy endpoint; 2 is not ready, 4 terminating. */
const healthy = 1

/** Reads `/debug/endpointShardz`: the healthy addresses per Service, named `cart.shop`. */
export function readShards(page: unknown): ReadonlyMap<string, readonly ShardEndpoint[]> {
  const services = new Map<string, readonly ShardEndpoint[]>()
  if (Array.isArray(page) || (page !== null && typeof page !== 'object')) throw new TypeError('not a mapping of Services')
  for (const [host, namespaces] of Object.entries((page ?? {}) as Page)) {
    const name = host.split('.').slice(0, 2).join('.')
    const found = Object.values((namespaces ?? {}) as Page).flatMap(shards => endpointsOf(shards))
    services.set(name, [...new Map([...(services.get(name) ?? []), ...found].map(endpoint => [endpoint.address, endpoint])).values()])
  }
  return services
}

/** Reads `/debug/endpointShardz`: clusters with endpoints of a host. Registries without any, and those that are no cluster, do not count. */
export function readEndpointClusters(page: unknown, host: string): readonly string[] {
  const namespaces = Object.values(((page ?? {}) as Page)[host] ?? {}) as readonly { readonly Shards?: Page }[]
  const filled = namespaces.flatMap(({ Shards = {} }) => Object.entries(Shards)).filter(([, endpoints]) => list(endpoints).length > 0)
  const registry = 'Kubernetes/'
  return [...new Set(filled.flatMap(([key]) => (key.startsWith(registry) ? key.slice(registry.length) : [])))].toSorted()
}

function endpointsOf(shards: unknown): readonly ShardEndpoint[] {
  const clusters = ((shards ?? {}) as { readonly Shards?: Page }).Shards ?? {}
  return Object.values(clusters).flatMap(endpoints =>
    list(endpoints)
      .filter(({ HealthStatus }) => HealthStatus === healthy)
      .flatMap(endpoint =>
        addressesOf(endpoint).map(address => ({ address, labels: (endpoint['Labels'] ?? {}) as Readonly<Record<string, string>> })),
      ),
  )
}

/** One `Address` up to Istio 1.23, a list of `Addresses` later. */
function addressesOf(endpoint: Page): readonly string[] {
  const several = endpoint['Addresses'] as readonly string[] | undefined
  return several ?? (text(endpoint['Address']) ? [String(endpoint['Address'])] : [])
}

/** The first sample of this name on a page of metrics, whatever its labels are unless some are given. */
function sample(page: string, name: string, labels = '(?:\\{[^}]*\\})?'): number | undefined {
  const found = new RegExp(`^${name}${labels} (\\S+)`, 'm').exec(page)?.[1]
  return found === undefined ? undefined : Number(found)
}

const processOf = (page: string): number | undefined => sample(page, 'process_start_time_seconds')

/** Reads `/metrics`: how many push contexts were made, and how long that took; undefined where this istiod does not tell. */
export function readPushes(page: string): PushCount | undefined {
  const count = sample(page, 'pilot_pushcontext_init_seconds_count')
  const seconds = sample(page, 'pilot_pushcontext_init_seconds_sum')
  return count === undefined || seconds === undefined ? undefined : { count, seconds, process: processOf(page) }
}

/** Reads `/metrics`: how many changes that ask for a push have come, and to which process. */
export function readUpdates(page: string): Updates {
  return { updates: sample(page, 'pilot_inbound_updates', '\\{[^}]*type="config"[^}]*\\}'), process: processOf(page) }
}

/** What an istiod says about itself; what its metrics lack is left out. */
export interface AboutIstiod {
  /** Proxies that are connected to it, by its own count. */
  readonly connected?: number
  /** `1.27.1` */
  readonly version?: string
}

/** Reads `/metrics`: how many proxies are connected, whatever their version, and which Istio this is. */
export function readAbout(page: string): AboutIstiod {
  const counts = [...page.matchAll(/^pilot_xds(?:\{[^}]*\})? (\S+)/gm)].map(([, value]) => Number(value))
  const version = /^pilot_info\{[^}]*version="(\d+\.\d+[^"-]*)/m.exec(page)?.[1]
  return {
    ...(counts.length > 0 && { connected: counts.reduce((sum, count) => sum + count, 0) }),
    ...(version !== undefined && { version }),
  }
}

/** Go writes an empty list as null. Anything else is no page of an istiod: it must not be taken for "no proxy is connected". */
function list(page: unknown): readonly Page[] {
  if (page === null || page === undefined) return []
  if (!Array.isArray(page)) throw new TypeError('not a list')
  return page as readonly Page[]
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
