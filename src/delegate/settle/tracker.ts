// What proxies have, followed through what istiods tell. Pure: a state and a round of looks give the next state. Times are ours, in ms.
// 1. `has` of a proxy and type is a lower bound: the proxy has everything that its istiod had read by then (types.ts tells how it rises).
//    `hasRules` rises with both clusters and endpoints, when no answer with endpoints is under way: a proxy asks for those of a new cluster
//    only when it has the cluster, and uses it only when it has them.
// 2. It is lost with the connection: the proxy may have been with an istiod that knows less, and have come back with an older push.
// 3. An object is in sight of an istiod from the answer on that first showed its uid with at least its generation.
// 4. A proxy that is in no istiod's list is disconnected; it keeps what it had, and may be sending by it.
import { calmAfter, sentAsOf, type Calm, type Updates } from './calm.ts'
import { endpointsSeen, forgetProven, type ReadyEndpoints, type ServiceState } from './endpoint-history.ts'
import { xdsTypes, type AboutIstiod, type ConfigVersion, type ProxyStatus, type ShardEndpoint, type XdsType } from './istiod-pages.ts'
import { countPushes, newPushClock, pushOf, seePushes, type PushClock, type PushCount, type PushName, type Timed } from './push-clock.ts'
import { exchanged, type TypeState } from './types.ts'

/** What one istiod answered in one look; what was not asked for, or not answered, is left out. */
export interface IstiodLook {
  /** Name of its pod. */
  readonly istiod: string
  readonly configs?: Timed<readonly ConfigVersion[]>
  /** Of the namespace in `scope`, where one is given, else all. */
  readonly proxies?: Timed<readonly ProxyStatus[]> & { readonly scope?: string }
  readonly pushes?: Timed<PushCount>
  readonly updates?: Timed<Updates>
  readonly about?: AboutIstiod
  readonly shards?: Timed<ReadonlyMap<string, readonly ShardEndpoint[]>>
}

interface Sight {
  readonly uid: string
  readonly generation: number
  /** Undefined while istiod is not seen to have made of it what its pushes hold. */
  readonly since: number | undefined
  /** When it was first shown at all. */
  readonly shown: number
}

export interface IstiodState {
  readonly clock: PushClock
  /** Undefined where it does not count what it reads. */
  readonly calm: Calm | undefined
  readonly sights: ReadonlyMap<string, readonly Sight[]>
  /** By Service, `cart.shop`. */
  readonly services: ReadonlyMap<string, ServiceState>
  /** When proxies were listed last, and which. */
  readonly listed: { readonly asked: number; readonly scope: string | undefined } | undefined
}

export interface ProxyState {
  /** The istiod it is connected to, or was. */
  readonly istiod: string
  readonly connected: boolean
  /** When it was first found to be in no list any more; left out while it is connected. */
  readonly away?: number
  /** Since when it has been listed on its present connection, and when it was listed last. */
  readonly since: number
  readonly seen: number
  readonly tellsErrors: boolean
  readonly types: Readonly<Record<XdsType, TypeState>>
  /** It has the rules, as of this time at least: their clusters, with endpoints. */
  readonly hasRules: number
  /** Istiods that still list a connection it has left. */
  readonly left: ReadonlySet<string>
}

export interface TrackerState {
  readonly istiods: ReadonlyMap<string, IstiodState>
  readonly proxies: ReadonlyMap<string, ProxyState>
}

export const newTracker: TrackerState = { istiods: new Map(), proxies: new Map() }

/** What the tracker must know beside the looks. */
export interface TrackerTerms {
  /** Milliseconds from istiod's sight of a change to the last moment at which its push is sent. */
  readonly bound: number
  /** Milliseconds after which a push of a change has been sent when no other change came. */
  readonly calm: number
  /** Names of the istiod pods that run. */
  readonly present: ReadonlySet<string>
  /** Addresses that the API server calls ready, per Service: they may reach proxies between two looks. */
  readonly ready: ReadonlyMap<string, ReadyEndpoints>
}

/** A proxy that has been away for so long (milliseconds) is forgotten: its pod is gone. */
const forgotten = 3_600_000

/** Takes one round of looks. */
export function observe(state: TrackerState, looks: readonly IstiodLook[], terms: TrackerTerms): TrackerState {
  const present = new Map([...state.istiods].filter(([name]) => terms.present.has(name)))
  const restarted = new Set<string>()
  const istiods = new Map(present)
  for (const look of looks) {
    const after = observeIstiod(present.get(look.istiod) ?? newIstiod, look, terms)
    if (after.restarted) restarted.add(look.istiod)
    istiods.set(look.istiod, after.state)
  }
  const round: Round = { looks, before: present, after: istiods, restarted, terms }
  const proxies = observeProxies(state.proxies, round)
  return { istiods: withoutProven(istiods, proxies), proxies }
}

const newIstiod: IstiodState = { clock: newPushClock, calm: undefined, sights: new Map(), services: new Map(), listed: undefined }

function observeIstiod(
  before: IstiodState,
  look: IstiodLook,
  terms: TrackerTerms,
): { readonly state: IstiodState; readonly restarted: boolean } {
  const { clock, restarted } = advance(before.clock, look)
  const sights = restarted ? newIstiod.sights : before.sights
  const state: IstiodState = {
    clock,
    calm: look.updates ? calmAfter(restarted ? undefined : before.calm, look.updates) : before.calm,
    sights: look.configs ? sightsAfter(sights, look.configs) : sights,
    services: look.shards ? endpointsSeen(before.services, look.shards, terms.ready, terms.bound) : before.services,
    listed: look.proxies ? { asked: look.proxies.asked, scope: look.proxies.scope } : before.listed,
  }
  return { state, restarted }
}

function advance(before: PushClock, look: IstiodLook): { readonly clock: PushClock; readonly restarted: boolean } {
  const counted = look.pushes ? countPushes(before, look.pushes) : { clock: before, restarted: false }
  const seen = look.proxies ? seePushes(counted.clock, namesIn(look.proxies)) : { clock: counted.clock, restarted: false }
  return { clock: seen.clock, restarted: counted.restarted || seen.restarted }
}

function namesIn({ asked, answered, value }: Timed<readonly ProxyStatus[]>): Timed<readonly PushName[]> {
  const nonces = value.flatMap(proxy => xdsTypes.map(type => proxy.types[type].sent))
  return { asked, answered, value: nonces.flatMap(nonce => pushOf(nonce) ?? []) }
}

/** Generations kept per object: whoever waits, waits for one of the last. */
const keptSights = 8

/**
 * Milliseconds after which istiod has made its own form of a route of the Gateway API, whatever it looks like: conditions, which come of the
 * same work, were seen 13 to 37 ms after a write; a busy istiod may take longer.
 */
const madeWithin = 1000

function sightsAfter(before: IstiodState['sights'], { answered, value }: Timed<readonly ConfigVersion[]>): IstiodState['sights'] {
  const after = new Map(before)
  for (const { key, uid, generation, isUnmade = false } of value) {
    const known = (before.get(key) ?? []).filter(sight => sight.uid === uid)
    const present = known.find(sight => sight.generation >= generation)
    if (present?.since !== undefined) continue
    const shown = present?.shown ?? answered
    const since = isUnmade && answered - shown < madeWithin ? undefined : answered
    const others = known.filter(sight => sight !== present)
    after.set(key, [...others, { uid, generation, since, shown }].slice(-keptSights))
  }
  return after
}

/** Since when this istiod has had an object in at least this generation; undefined while it has not. */
export function sightOf(istiod: IstiodState | undefined, { key, uid, generation }: ConfigVersion): number | undefined {
  return istiod?.sights.get(key)?.find(sight => sight.uid === uid && sight.generation >= generation && sight.since !== undefined)?.since
}

interface Round {
  readonly looks: readonly IstiodLook[]
  readonly before: ReadonlyMap<string, IstiodState>
  readonly after: ReadonlyMap<string, IstiodState>
  readonly restarted: ReadonlySet<string>
  readonly terms: TrackerTerms
}

interface Listing {
  readonly look: IstiodLook & { readonly proxies: NonNullable<IstiodLook['proxies']> }
  readonly status: ProxyStatus
}

function observeProxies(before: TrackerState['proxies'], round: Round): Map<string, ProxyState> {
  const listings = new Map<string, readonly Listing[]>()
  for (const look of round.looks) {
    if (!look.proxies) continue
    const listing = { ...look, proxies: look.proxies }
    for (const status of look.proxies.value) listings.set(status.id, [...(listings.get(status.id) ?? []), { look: listing, status }])
  }
  const after = new Map<string, ProxyState>()
  for (const [id, proxy] of before) {
    const now = unlisted(id, proxy, round)
    if (now.connected || latest(round) - now.seen < forgotten) after.set(id, now)
  }
  for (const [id, found] of listings) {
    const proxy = listed(before.get(id), found, round)
    if (proxy) after.set(id, proxy)
  }
  return after
}

function latest({ looks }: Round): number {
  return Math.max(0, ...looks.map(look => look.proxies?.answered ?? 0))
}

/** A proxy that this round does not list is disconnected, unless its own istiod did not tell. */
function unlisted(id: string, proxy: ProxyState, round: Round): ProxyState {
  const { looks, after } = round
  const list = looks.find(look => look.istiod === proxy.istiod)?.proxies
  const told = list !== undefined && covers(list.scope, id)
  return told || !after.has(proxy.istiod) ? gone(proxy, latest(round)) : proxy
}

function gone(proxy: ProxyState, now: number): ProxyState {
  return { ...proxy, connected: false, away: proxy.away ?? now }
}

function covers(scope: string | undefined, id: string): boolean {
  return scope === undefined || scope === namespaceOf(id)
}

/** The namespace of a proxy: its id is the name of its pod and, behind the last dot, the namespace. */
export function namespaceOf(id: string): string {
  return id.slice(id.lastIndexOf('.') + 1)
}

/** Where several istiods list a proxy, it has gone to the one that lists it newly; the other has not noticed yet. */
function listed(before: ProxyState | undefined, listings: readonly Listing[], round: Round): ProxyState | undefined {
  const left = new Set([...(before?.left ?? [])].filter(name => listings.some(({ look }) => look.istiod === name)))
  const live = listings.filter(({ look }) => !left.has(look.istiod))
  const home = live.find(({ look }) => look.istiod !== before?.istiod) ?? live[0]
  if (!home) return before && gone({ ...before, left }, latest(round))
  for (const { look } of listings) if (look.istiod !== home.look.istiod) left.add(look.istiod)
  return connectedAt(home, before, left, round)
}

function connectedAt(listing: Listing, before: ProxyState | undefined, left: ReadonlySet<string>, round: Round): ProxyState {
  const { istiod, proxies } = listing.look
  const { status } = listing
  const same = before && isSameConnection(before, listing, round) ? before : undefined
  const since = same?.since ?? proxies.asked
  const { clock, calm } = round.after.get(istiod) ?? newIstiod
  const { asked, answered } = proxies
  const calmAsOf = sentAsOf(calm, asked, round.terms.calm)
  const times = { clock, asked, answered, calmAsOf, notSentAt: notSentAt(listing, round), since, ...round.terms }
  const type = (name: XdsType): TypeState => exchanged(same?.types[name], status.types[name], times)
  const types = { cluster: type('cluster'), endpoint: type('endpoint'), listener: type('listener'), route: type('route') }
  return {
    istiod,
    connected: true,
    since,
    seen: proxies.answered,
    tellsErrors: status.tellsErrors,
    types,
    hasRules: rulesOf(same, types),
    left,
  }
}

/** What this look shows for the first time had not been sent when the same istiod was asked before. */
function notSentAt({ look: { istiod }, status }: Listing, round: Round): number {
  const former = round.restarted.has(istiod) ? undefined : round.before.get(istiod)?.listed
  return former && covers(former.scope, status.id) ? former.asked : -Infinity
}

/** An acknowledgement that is gone was given on another connection: to the same istiod perhaps, but between two looks it may have been with others. */
function isSameConnection(before: ProxyState, { look: { istiod }, status: { types } }: Listing, round: Round): boolean {
  const kept = xdsTypes.every(type => before.types[type].acked === undefined || types[type].acked !== undefined)
  return before.connected && before.istiod === istiod && !round.restarted.has(istiod) && kept
}

function rulesOf(before: ProxyState | undefined, { cluster, endpoint }: ProxyState['types']): number {
  const now = endpoint.sent === endpoint.acked ? Math.min(cluster.has, endpoint.has) : -Infinity
  return Math.max(before?.hasRules ?? -Infinity, now)
}

/** Addresses that are gone from every proxy of an istiod need not be remembered. */
function withoutProven(istiods: ReadonlyMap<string, IstiodState>, proxies: ReadonlyMap<string, ProxyState>): Map<string, IstiodState> {
  return new Map(
    [...istiods].map(([name, istiod]) => {
      const own = [...proxies.values()].filter(proxy => proxy.istiod === name)
      const proven = Math.min(...own.map(proxy => proxy.types.endpoint.listsAsOf))
      return [name, { ...istiod, services: forgetProven(istiod.services, proven) }]
    }),
  )
}
