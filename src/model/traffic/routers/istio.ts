import type { Json, KubernetesObject } from '#base/index.ts'
import { httpEntries } from '../istio/entries.ts'
import { canonicalHost, expandHost } from '../istio/hosts.ts'
import { istioGroup, type HttpRetry, type HttpRoute, type RouteDestination, type VirtualService } from '../istio/objects.ts'
import { isSafeEntry, mirroredPercent, narrowedEntry, withCookie, withMirror } from './istio-apart.ts'
import { done } from './router.ts'
import { tellingApart } from './told-apart.ts'
import { sameIn, weightedRouter, type Dialect } from './weighted.ts'

const dialect: Dialect<RouteDestination> = {
  name: 'istio',
  group: istioGroup,
  kind: 'VirtualService',
  can: { shares: true, subsets: true, entries: true, foreign: true, literals: true, headers: true, mirror: true, withoutStable: true },

  entries(object, choice) {
    const entries = httpEntries(object, choice)
    return entries.is === 'refused' ? entries : done(entries.value.map(({ label, index, route }) => ({ label, index, items: route })))
  },
  outlines: object =>
    httpOf(object).map(entry => ({
      ...(entry?.name ? { name: entry.name } : {}),
      ...(entry?.match === undefined ? {} : { match: entry.match as unknown as Json }),
    })),
  destination: ({ destination: { host, subset, port } }) => ({
    host,
    ...(subset ? { subset } : {}),
    ...(port?.number ? { port: port.number } : {}),
  }),
  weight: ({ weight }) => weight ?? 0,
  withWeight: (item, weight) => ({ ...item, weight }),
  withDestination(item, to, same) {
    const { host, subset: _former, port, ...unknown } = item.destination
    const destination = {
      ...unknown,
      host: same({ host }, { host: to.host }) ? host : to.host,
      ...(to.subset === undefined ? {} : { subset: to.subset }),
      ...(to.port === undefined ? (port === undefined ? {} : { port }) : { port: { ...port, number: to.port } }),
    }
    return { ...item, destination }
  },
  // What istiod would refuse, its webhook has refused; it says nothing of an object that is stored.
  accepted: () => ({ is: 'accepted' }),
  fullHost: (host, namespace, domain) => canonicalHost(expandHost(host, namespace, domain)),
  items: (object, index) => httpOf(object)[index]?.route ?? [],
  retries: (object, index) => connectionRetries(httpOf(object)[index]?.retries),
  withItems(object, changed) {
    const http = httpOf(object).map((entry, index) => (changed.has(index) ? { ...entry, route: changed.get(index) } : entry))
    return withHttp(object, http)
  },
}

/** Splits in the http entries of a VirtualService; the sides are subsets of one host, or hosts of their own. */
export const istio = tellingApart<HttpRoute, RouteDestination>(weightedRouter(dialect), {
  // An entry that is null is nobody's, and is put back as it was.
  entries: object => httpOf(object) as readonly HttpRoute[],
  withEntries: withHttp,
  name: entry => nullable(entry)?.name,
  items: entry => nullable(entry)?.route ?? [],
  withItems: (entry, route) => ({ ...entry, route }),
  destination: dialect.destination,
  narrowed: narrowedEntry,
  mirrored: (entry, isTo) => mirroredPercent(entry, isTo),
  withMirror,
  isSafe: isSafeEntry,
  withCookie,
  same: (object, ours) => sameIn(object, ours, dialect),
})

/** Conditions under which Envoy tries again when it could not connect. */
const onConnection = new Set(['connect-failure', '5xx', 'gateway-error'])

/** Retries of an entry that has its own: none without a number, and none of a failed connection where it names other conditions only. */
function connectionRetries(retries: HttpRetry | undefined): number | undefined {
  if (!retries) return undefined
  const on = retries.retryOn ? retries.retryOn.split(',').map(name => name.trim()) : ['connect-failure']
  return on.some(name => onConnection.has(name)) ? Math.max(0, retries.attempts ?? 0) : 0
}

function nullable(entry: HttpRoute): HttpRoute | null {
  return entry
}

function withHttp(object: KubernetesObject, http: readonly (object | null)[]): KubernetesObject {
  return { ...object, spec: { ...(object.spec as object), http: http as never } }
}

function httpOf(object: KubernetesObject): readonly (HttpRoute | null)[] {
  const { http } = (object.spec ?? {}) as VirtualService['spec']
  return Array.isArray(http) ? (http as readonly HttpRoute[]) : []
}
