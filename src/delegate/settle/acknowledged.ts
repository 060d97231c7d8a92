import { Failure, type KubernetesObject } from '#base/index.ts'
import type { Arrival, EndpointArrival } from '#model/release/index.ts'
import {
  arrivalOf,
  isReadEverywhere,
  endpointArrivalOf,
  endpointsTogether,
  isManagedKind,
  rejectionsIn,
  type Expected,
  type ManagedKind,
} from './arrivals.ts'
import { counting, noNeed, needs, type Need } from './ask-istiod.ts'
import type { ReadyEndpoints } from './endpoint-history.ts'
import { expectedOf, together, type ReachedPods } from './expected-proxies.ts'
import { failures } from './failures.ts'
import { configKey, type ConfigVersion, type ShardEndpoint } from './istiod-pages.ts'
import { boundOf, quietOf } from './istiods.ts'
import type { Asker, Mesh } from './mesh.ts'
import { servingPods } from './pods.ts'
import type { LookedAt, Rejection, Seen, Settle } from './settle.ts'
import { namespaceOf, sightOf, type IstiodState, type TrackerState } from './tracker.ts'
import { sendingGap } from './types.ts'

type Version = ConfigVersion & { readonly kind: ManagedKind }

/** Settles by what istiods tell of their proxies (design §4.5); `byTime` looks on, for a way back while they do not tell. */
export function settleByAcknowledgement(mesh: Mesh, why: string, byTime: Settle): Settle {
  const watch = new Watch(mesh)

  /** Learns what it can; gives what could not be learnt. On the way back one istiod that is silent is enough: what it has to tell is awaited. */
  async function learn(what: LookedAt, signal?: AbortSignal): Promise<Unlearnt | undefined> {
    try {
      const isNew = await watch.turnTo(what, signal)
      mesh.ask(watch, isNew)
      const round = mesh.nextRound(signal)
      const isOver = what.goingBack ? await within(round, wayBackPatience) : await round.then(() => true)
      const why = what.goingBack ? mesh.silence.ofSome : mesh.silence.ofAll
      if (why !== undefined) return { why, isSilent: true }
      return isOver ? undefined : { why: 'istiod has not answered yet', isSilent: false }
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof Failure)) throw error
      return { why: error.message, isSilent: true }
    }
  }

  /** Whether it comes within so many milliseconds. */
  async function within(round: Promise<void>, milliseconds: number): Promise<boolean> {
    let come = (): void => undefined
    const late = new Promise<false>(resolve => (come = mesh.surroundings.clock.after(milliseconds, () => resolve(false))))
    return Promise.race([round.then(() => true), late]).finally(() => come())
  }

  return {
    how: 'acknowledged',
    why,
    wrote(object) {
      byTime.wrote(object)
      for (const version of versionOf(object)) {
        watch.versions.set(version.key, version)
        mesh.ask(watch, true)
      }
    },
    async look(what, signal) {
      const unlearnt = await learn(what, signal)
      const timed = await byTime.look(what, signal)
      const seen = withTimed(watch.seen(what), timed, what.rule)
      return unlearnt ? untold(seen, unlearnt.why, what.goingBack && unlearnt.isSilent ? timed : undefined) : seen
    },
    async rejections(signal) {
      const once: Asker = {
        need: () => ({ ...noNeed, acks: true }),
        notBefore: () => -Infinity,
        isUrgent: () => false,
        scope: () => undefined,
        ready: new Map(),
      }
      mesh.ask(once, true)
      await mesh.nextRound(signal).finally(() => mesh.leave(once))
      const reason = mesh.silence.ofAll
      if (reason !== undefined) throw failures.ISTIOD_SILENT({ cluster: mesh.objects.cluster.name, reason })
      return rejectionsIn(mesh.state)
    },
    endpointClusters: (host, signal) => mesh.istiods.endpointClusters(host, signal),
    close: () => mesh.leave(watch),
  }
}

/** Why a look learnt nothing new. */
interface Unlearnt {
  readonly why: string
  /** Nothing was told. False for an answer that is only late: what was told before still counts, and time does not stand in for it. */
  readonly isSilent: boolean
}

/** Milliseconds that a look on the way back waits for istiods: longer than between two rounds, and their usual answer takes a tenth. Users wait. */
const wayBackPatience = 400

/** Milliseconds to the next look where no round was to be had. */
const again = 1000

/** What was seen before, and why no more. On the way back, where istiod is silent, what time tells counts for a shift. */
function untold(seen: Seen, why: string, timed: Seen | undefined): Seen {
  const told = (arrival: Arrival, byTime: Arrival | undefined): Arrival => {
    if (arrival.reached !== 'none') return arrival
    const late = byTime !== undefined && byTime.reached !== 'none'
    return { ...arrival, reached: late ? 'shift' : 'none', says: `${arrival.says}; ${why}` }
  }
  const routes = seen.routes.map((arrival, index) => told(arrival, timed?.routes[index]))
  const rule = seen.rule && told(seen.rule, timed?.rule)
  const known = [...new Set([...seen.endpoints.known, ...(timed?.endpoints.known ?? [])])]
  return { routes, ...(rule && { rule }), endpoints: { ...seen.endpoints, known }, nextLookIn: Math.max(seen.nextLookIn, again) }
}

/** A look waits for the next round by itself, so the one after it may begin at once (milliseconds). */
const soon = 1

/** Milliseconds by which a push may seem to begin too early: istiod reads a change up to a round before we see that it has. */
const early = 30

/**
 * Whether an istiod is not yet seen to have read this version, or was not asked from behind that how many pushes there were: only a push that
 * such an answer does not count is one that began after the sight.
 */
function isUncounted(istiod: IstiodState | undefined, version: Version): boolean {
  const sight = sightOf(istiod, version)
  const counted = countedBy(istiod)
  return sight === undefined || (counted !== undefined && counted.asked < sight + counting)
}

/** The first moment at which a push of this version can begin, once it is known how many there were before. */
function pushedFrom(istiod: IstiodState | undefined, version: Version, quiet: number): number {
  const sight = sightOf(istiod, version)
  return sight === undefined || isUncounted(istiod, version) || !countedBy(istiod) ? -Infinity : sight + quiet - early
}

function countedBy(istiod: IstiodState | undefined) {
  return istiod?.clock.trusted ? istiod.clock.counted : undefined
}

/** None for a kind of which istiod tells nothing. */
function versionOf(object: KubernetesObject): readonly Version[] {
  const { kind, metadata } = object
  const { uid = '', generation = 0 } = metadata
  return isManagedKind(kind) ? [{ kind, key: configKey(object), uid, generation }] : []
}

/** Where a side is a Service of its own: istiod tells of its pods, not of the Service, so that one has come when time has passed. */
function withTimed(seen: Seen, timed: Seen, rule: KubernetesObject | undefined): Seen {
  if (!rule || !timed.rule || isManagedKind(rule.kind)) return seen
  const nextLookIn = timed.rule.reached === 'removal' ? seen.nextLookIn : Math.min(seen.nextLookIn, timed.nextLookIn)
  return { ...seen, rule: timed.rule, nextLookIn }
}

function readyOf(pods: readonly KubernetesObject[]): readonly ShardEndpoint[] {
  return servingPods(pods).filter(({ ready }) => ready)
}

const none: readonly ShardEndpoint[] = []

/** What one release waits for. */
class Watch implements Asker {
  readonly versions = new Map<string, Version>()
  readonly ready = new Map<string, ReadyEndpoints>()
  readonly #mesh: Mesh
  #reached: ReachedPods = { pods: undefined }
  readonly #reachedBy = new Map<string, ReachedPods>()
  readonly #last = new WeakMap<object, { readonly from: readonly unknown[]; readonly value: unknown }>()
  #bound = 0
  #quiet = 0
  #before: readonly Rejection[] | undefined

  constructor(mesh: Mesh) {
    this.#mesh = mesh
  }

  /** Tells whether there is something new to wait for. */
  async turnTo({ routes, rule, services }: LookedAt, signal?: AbortSignal): Promise<boolean> {
    const before = this.#subject()
    this.versions.clear()
    for (const object of [...routes, rule]) for (const version of object ? versionOf(object) : []) this.versions.set(version.key, version)
    this.ready.clear()
    for (const { name, namespace, pods } of services)
      this.ready.set(`${name}.${namespace}`, { asOf: this.#mesh.surroundings.clock.now(), endpoints: readyOf(pods) })
    const istiods = await this.#mesh.istiods.running(signal)
    this.#bound = boundOf(istiods)
    this.#quiet = quietOf(istiods)
    const reached = await Promise.all(routes.map(route => this.#mesh.proxies.find(route, signal)))
    if (routes.length > 0) this.#reached = together(reached)
    this.#reachedBy.clear()
    for (const [index, route] of routes.entries()) this.#reachedBy.set(configKey(route), reached[index] as ReachedPods)
    return this.#subject() !== before
  }

  /** What is waited for, as text. */
  #subject(): string {
    const addresses = [...this.ready.values()].map(({ endpoints }) => endpoints.map(({ address }) => address).sort())
    return JSON.stringify([[...this.versions.values()], addresses])
  }

  need(): Need {
    const { state } = this.#mesh
    const expected = this.#expected()
    const unseen = [...this.versions.values()].some(version => this.#isUnseen(version))
    const arrived = [...this.versions.values()].every(version => this.#arrival(version).reached === 'removal')
    const services = [...this.ready.keys()].map(name => this.#service(name, expected))
    const settled = services.every(({ isSettled }) => isSettled)
    const isRead = [...this.versions.values()].every(version => isReadEverywhere(state, version))
    return {
      configs: unseen || !isRead,
      // Acknowledgements tell nothing before istiod has read the change; but once it must be known who is connected.
      acks: (!arrived && !unseen) || !settled || state.proxies.size === 0,
      shards: services.some(({ isRead }) => !isRead),
    }
  }

  /** A push begins when changes have ceased for a while. Endpoints may be pushed at once. */
  notBefore(): number {
    const expected = this.#expected()
    if ([...this.ready.keys()].some(name => !this.#service(name, expected).isSettled)) return -Infinity
    return Math.min(...this.#awaited((istiod, version) => pushedFrom(istiod, version, this.#quiet)))
  }

  isUrgent(): boolean {
    return this.#awaited(isUncounted).includes(true) || [...this.ready.keys()].some(name => this.#isUntold(name))
  }

  /** Whether an istiod has not read the addresses, or was not asked from behind that what proxies had: only what is sent later holds them. */
  #isUntold(name: string): boolean {
    if (!this.#service(name, this.#expected()).isRead) return true
    return [...this.#mesh.state.istiods.values()].some(({ services, listed }) => {
      const endpoints = [...(services.get(name)?.endpoints.values() ?? [])]
      return (listed?.asked ?? -Infinity) < Math.max(...endpoints.map(({ since, gone }) => gone ?? since ?? -Infinity)) + sendingGap
    })
  }

  /** Of every version that has not arrived, at every istiod with expected proxies. */
  #awaited<T>(of: (istiod: IstiodState | undefined, version: Version) => T): readonly T[] {
    const { istiods, proxies } = this.#mesh.state
    const homes = new Set(this.#expected().proxies.flatMap(id => proxies.get(id)?.istiod ?? []))
    const awaited = [...this.versions.values()].filter(version => this.#arrival(version).reached !== 'removal')
    return [...homes].flatMap(home => awaited.map(version => of(istiods.get(home), version)))
  }

  /** The one namespace in which all expected proxies are. */
  scope(): string | undefined {
    if (!this.#reached.pods) return undefined
    const namespaces = new Set(this.#expected().proxies.map(namespaceOf))
    return namespaces.size === 1 ? [...namespaces][0] : undefined
  }

  seen({ routes, rule }: LookedAt): Seen {
    const expected = this.#expected()
    this.#before ??= rejectionsIn(this.#mesh.state)
    return {
      routes: routes.flatMap(route => versionOf(route).map(version => this.#told(version))),
      ...Object.fromEntries((rule ? versionOf(rule) : []).map(version => ['rule', this.#told(version)])),
      endpoints: endpointsTogether([...this.ready].map(([name, { endpoints }]) => this.#endpoints(name, endpoints, expected))),
      nextLookIn: needs(this.need()) ? Math.max(soon, this.notBefore() - this.#mesh.surroundings.clock.now()) : Infinity,
    }
  }

  #expected(): Expected {
    return this.#expectedBy(this.#reached)
  }

  #expectedBy(reached: ReachedPods): Expected {
    const { state } = this.#mesh
    return this.#kept(reached, [state, reached.pods?.()], () => expectedOf(reached, state))
  }

  /** What was made of the very same before: a round asks for it many times. */
  #kept<T>(of: object, from: readonly unknown[], make: () => T): T {
    const last = this.#last.get(of)
    if (last && last.from.length === from.length && from.every((each, index) => each === last.from[index])) return last.value as T
    const value = make()
    this.#last.set(of, { from, value })
    return value
  }

  /** A route is awaited at the proxies that it reaches, everything else at those that any of the routes reaches. */
  #arrival(version: Version) {
    const { state } = this.#mesh
    const expected = this.#expectedBy(this.#reachedBy.get(version.key) ?? this.#reached)
    const now = this.#mesh.surroundings.clock.now()
    return this.#kept(version, [state, expected, now, this.#bound], () => arrivalOf(state, version, expected, { now, bound: this.#bound }))
  }

  /** Says so when the refusal is none of this run's doing. */
  #told(version: Version) {
    const arrival = this.#arrival(version)
    const { rejected } = arrival
    const old = rejected && this.#before?.some(one => one.proxy === rejected.proxy && one.words === rejected.words)
    return old ? { ...arrival, says: `${arrival.says}; ${rejected.proxy} refused its configuration before this run wrote` } : arrival
  }

  /** Whether an istiod with expected proxies (any, while none is known) has not read this version. */
  #isUnseen(version: Version): boolean {
    const { istiods, proxies } = this.#mesh.state
    const homes = new Set(this.#expected().proxies.flatMap(id => (proxies.get(id)?.connected ? [proxies.get(id)?.istiod] : [])))
    const asked = homes.size > 0 ? [...homes].map(name => istiods.get(name ?? '')) : [...istiods.values()]
    return asked.length === 0 || asked.some(istiod => sightOf(istiod, version) === undefined)
  }

  #endpoints(name: string, ready: readonly ShardEndpoint[], expected: Expected): EndpointArrival {
    const { state } = this.#mesh
    return this.#kept(ready, [state, name, expected], () => endpointArrivalOf(state, name, ready, expected))
  }

  #service(name: string, expected: Expected): { readonly isSettled: boolean; readonly isRead: boolean } {
    const { state } = this.#mesh
    const ready = this.ready.get(name)?.endpoints ?? none
    const arrival = this.#endpoints(name, ready, expected)
    return this.#kept(arrival, [state, name, ready], () => ({
      isSettled: arrival.complete && arrival.known.length === ready.length && arrival.listed.length === ready.length,
      isRead: isIndexRead(state, name, ready),
    }))
  }
}

/** Every istiod has read these addresses of a Service, and no others. */
function isIndexRead({ istiods }: TrackerState, name: string, ready: readonly ShardEndpoint[]): boolean {
  const wanted = new Set(ready.map(({ address }) => address))
  const isRead = [...istiods.values()].every(({ services }) => {
    const endpoints = services.get(name)?.endpoints
    const present = [...(endpoints?.values() ?? [])].filter(({ gone }) => gone === undefined)
    return (
      endpoints !== undefined &&
      present.length === wanted.size &&
      present.every(({ address, since }) => wanted.has(address) && since !== undefined)
    )
  })
  return isRead && istiods.size > 0
}
