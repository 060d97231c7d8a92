import type { Arrival, EndpointArrival, ListedEndpoint, Reached } from '#model/release/index.ts'
import type { TrackedEndpoint } from './endpoint-history.ts'
import type { ConfigVersion, XdsType } from './istiod-pages.ts'
import { pushOf, startedAfter } from './push-clock.ts'
import type { Rejection } from './settle.ts'
import { sightOf, type ProxyState, type TrackerState } from './tracker.ts'
import type { TypeState } from './types.ts'

/** Types whose refusal keeps a change of each kind away. */
const refusable = {
  VirtualService: ['listener', 'route'],
  HTTPRoute: ['listener', 'route'],
  GRPCRoute: ['listener', 'route'],
  DestinationRule: ['cluster', 'endpoint'],
} as const

/** Kinds of which istiod tells how far they have come. */
export type ManagedKind = keyof typeof refusable

export function isManagedKind(kind: string): kind is ManagedKind {
  return kind in refusable
}

/** Milliseconds after which a shift no longer waits for stragglers: longer than any push takes, so they are stuck or cut off. */
const stragglerLimit = 30_000

/** The proxies that a change must reach. */
export interface Expected {
  /** `istio-ingressgateway-6f.istio-system` */
  readonly proxies: readonly string[]
}

/** Since when one proxy's istiod has had this version, and whether the proxy has it too. */
interface At {
  readonly id: string
  readonly proxy: ProxyState | undefined
  readonly sight: number | undefined
  readonly has: boolean
  /** No push after the sight is acknowledged: if it has it, then because nothing was sent for a whole bound. Its push may also be late. */
  readonly isQuiet: boolean
}

/** How far an object has come; `now` by our clock, `bound` as in TrackerTerms. */
export function arrivalOf(
  state: TrackerState,
  version: ConfigVersion & { readonly kind: ManagedKind },
  expected: Expected,
  { now, bound }: { readonly now: number; readonly bound: number },
): Arrival {
  const all = expected.proxies.map(id => at(state, version, id))
  const isRead = isReadEverywhere(state, version)
  const tolerant = now - seenByAll(all) >= stragglerLimit
  const awaited = !tolerant && all.some(({ proxy, has }) => proxy?.connected && !has)
  const counts = ({ has, isQuiet }: At): boolean => has && !(isQuiet && awaited)
  const have = all.filter(counts)
  const lack = all.filter(one => !counts(one))
  const rejected = lack.map(one => rejection(state, version.kind, one, now - bound)).find(found => found !== undefined)
  return {
    reached: reachedBy(have.length, lack.length, { tolerant: tolerant && rejected === undefined, isRead }),
    says: saysOf(all, have.length, lack, isRead),
    acknowledged: have.length,
    expected: all.length,
    missing: lack.map(nameOf),
    ...(rejected && { rejected: { proxy: rejected.proxy, words: rejected.words } }),
  }
}

function at(state: TrackerState, version: ConfigVersion & { readonly kind: ManagedKind }, id: string): At {
  const proxy = state.proxies.get(id)
  const sight = proxy && sightOf(state.istiods.get(proxy.istiod), version)
  if (!proxy?.connected || sight === undefined) return { id, proxy, sight, has: false, isQuiet: false }
  const { has, pushed } = boundsOf(proxy, version.kind)
  return { id, proxy, sight, has: has >= sight, isQuiet: pushed < sight }
}

function boundsOf({ types, hasRules }: ProxyState, kind: ManagedKind): { readonly has: number; readonly pushed: number } {
  return kind === 'DestinationRule' ? { has: hasRules, pushed: types.cluster.pushed } : types.route
}

/** Every istiod has read it: a proxy that turns to another one gets nothing older back. */
export function isReadEverywhere({ istiods }: TrackerState, version: ConfigVersion): boolean {
  return [...istiods.values()].every(istiod => sightOf(istiod, version) !== undefined)
}

/** No proxy at all is not "settled". Stragglers, and istiods that lag behind, are tolerated for a shift, never for a removal. */
function reachedBy(have: number, lack: number, { tolerant, isRead }: { readonly tolerant: boolean; readonly isRead: boolean }): Reached {
  if (have === 0) return 'none'
  if (lack === 0) return isRead ? 'removal' : 'shift'
  return tolerant ? 'shift' : 'none'
}

/** When the last istiod that one of the proxies is connected to had read it; Infinity while one has not, or none is known. */
function seenByAll(all: readonly At[]): number {
  const connected = all.filter(({ proxy }) => proxy?.connected)
  return connected.length === 0 ? Infinity : Math.max(...connected.map(({ sight }) => sight ?? Infinity))
}

function saysOf(all: readonly At[], have: number, lack: readonly At[], isRead: boolean): string {
  if (all.length === 0) return 'no proxy is connected that this route reaches'
  const unread = lack.filter(({ proxy, sight }) => proxy?.connected && sight === undefined).length
  const away = lack.filter(({ proxy }) => !proxy?.connected).length
  const notYet = lack.length === 0 && !isRead ? ', an istiod that they may turn to has not read it yet' : ''
  const why = unread > 0 ? ', istiod has not read it yet' : away > 0 ? `, ${away} not connected to istiod` : notYet
  return `${have} of ${all.length} prox${all.length === 1 ? 'y' : 'ies'}${why}`
}

function nameOf({ id, proxy }: At): string {
  return proxy?.connected ? id : `${id} (not connected)`
}

/** A refusal counts against a change when what was refused holds it; or when it has kept the change away for a whole bound. */
function rejection(state: TrackerState, kind: ManagedKind, { id, proxy, sight }: At, boundAgo: number): Rejection | undefined {
  if (!proxy?.connected || sight === undefined) return undefined
  return refusable[kind]
    .flatMap(type => refusalOf(id, proxy, type))
    .find(({ type }) => sight <= boundAgo || sentSince(state, proxy, type as XdsType) >= sight)
}

function sentSince(state: TrackerState, proxy: ProxyState, type: XdsType): number {
  const { sent, sentAfter } = proxy.types[type]
  const push = pushOf(sent)
  const clock = state.istiods.get(proxy.istiod)?.clock
  return push && clock ? startedAfter(clock, push.number) : sentAfter
}

/** Words where this Istio tells none (before 1.23): then a refusal is only something that stays unacknowledged. */
const untold = `sent, but not acknowledged for ${stragglerLimit / 1000} s (this Istio does not tell why)`

function refusalOf(id: string, proxy: ProxyState, type: XdsType): readonly Rejection[] {
  const { lastError, sent, acked }: TypeState = proxy.types[type]
  if (lastError !== undefined && sent !== acked) return [{ proxy: id, type, words: lastError }]
  const age = proxy.seen - proxy.types[type].sentAfter
  const silent = !proxy.tellsErrors && sent !== acked && age >= stragglerLimit && Number.isFinite(age)
  return silent ? [{ proxy: id, type, words: untold }] : []
}

/** What proxies are refusing now. */
export function rejectionsIn(state: TrackerState): readonly Rejection[] {
  return [...state.proxies]
    .filter(([, proxy]) => proxy.connected)
    .flatMap(([id, proxy]) => (['cluster', 'endpoint', 'listener', 'route'] as const).flatMap(type => refusalOf(id, proxy, type)))
}

/** What proxies know of the endpoints of a Service; `ready` are the addresses that the API server calls ready now. */
export function endpointArrivalOf(
  state: TrackerState,
  service: string,
  ready: readonly ListedEndpoint[],
  expected: Expected,
): EndpointArrival {
  const proxies = expected.proxies.map(id => state.proxies.get(id))
  // A proxy that turns to an istiod that lags behind would lose a new address again; one that was never looked at has just begun, and lags not.
  const indexes = [...state.istiods.values()].flatMap(({ services }) => services.get(service)?.endpoints ?? [])
  const isIndexed = (address: string): boolean => indexes.every(index => index.get(address)?.since !== undefined)
  const knows = (address: string): boolean =>
    proxies.length > 0 && isIndexed(address) && proxies.every(proxy => knownTo(state, proxy, service, address))
  const known = ready.map(({ address }) => address).filter(knows)
  const complete = proxies.length > 0 && proxies.every(proxy => isComplete(state, proxy, service))
  return {
    known,
    listed: listedBy(state, service, ready, proxies),
    complete,
    says: `${known.length} of ${ready.length} ready pods known to ${proxies.length} prox${proxies.length === 1 ? 'y' : 'ies'}`,
  }
}

/** What is known of several Services as one: an address stands behind one of them. */
export function endpointsTogether(all: readonly EndpointArrival[]): EndpointArrival {
  return {
    known: all.flatMap(each => each.known),
    listed: all.flatMap(each => each.listed),
    complete: all.every(each => each.complete),
    says: all.map(each => each.says).join('; '),
  }
}

function serviceAt(state: TrackerState, proxy: ProxyState, service: string) {
  return state.istiods.get(proxy.istiod)?.services.get(service)
}

/** A proxy that is disconnected keeps what it had; what it gets when it comes back is known by the next look. */
function knownTo(state: TrackerState, proxy: ProxyState | undefined, service: string, address: string): boolean {
  if (!proxy) return false
  const since = serviceAt(state, proxy, service)?.endpoints.get(address)?.since
  return since !== undefined && proxy.types.endpoint.listsAsOf >= since
}

/** Whether a proxy can list nothing but what was seen here: it has the index as it was when it was first read, or later. */
function isComplete(state: TrackerState, proxy: ProxyState | undefined, service: string): boolean {
  const since = proxy && serviceAt(state, proxy, service)?.since
  return proxy !== undefined && proxy.connected && since !== undefined && proxy.types.endpoint.listsAsOf >= since
}

/** What some istiod calls an endpoint: proxies have it, or get it when they turn there. */
function present(state: TrackerState, service: string): readonly TrackedEndpoint[] {
  const all = [...state.istiods.values()].flatMap(({ services }) => [...(services.get(service)?.endpoints.values() ?? [])])
  return all.filter(({ gone }) => gone === undefined)
}

function listedBy(
  state: TrackerState,
  service: string,
  ready: readonly ListedEndpoint[],
  proxies: readonly (ProxyState | undefined)[],
): readonly ListedEndpoint[] {
  const found = new Map<string, ListedEndpoint>(ready.map(endpoint => [endpoint.address, endpoint]))
  for (const { address, labels } of present(state, service)) found.set(address, { address, labels })
  const mayList = (proxy: ProxyState, { gone }: TrackedEndpoint): boolean => gone !== undefined && proxy.types.endpoint.listsAsOf < gone
  const asked = Math.max(...[...state.istiods.values()].map(({ listed }) => listed?.asked ?? -Infinity))
  // Those that are there come first: what only one that is cut off may list is told apart.
  const byAbsence = proxies.flatMap(proxy => proxy ?? []).toSorted((a, b) => Number(isCutOff(a, asked)) - Number(isCutOff(b, asked)))
  for (const proxy of byAbsence)
    for (const endpoint of serviceAt(state, proxy, service)?.endpoints.values() ?? []) {
      const { address, labels } = endpoint
      if (mayList(proxy, endpoint) && !found.has(address))
        found.set(address, { address, labels, ...(isCutOff(proxy, asked) ? { onlyCutOff: true } : {}) })
    }
  return [...found.values()]
}

/** Away for so long that a shift does not wait for it any more. */
function isCutOff({ away }: ProxyState, asked: number): boolean {
  return away !== undefined && asked - away >= stragglerLimit
}
