import type { Json, KubernetesObject } from '#base/index.ts'
import type { Destination } from '../destination.ts'
import type { ParentSupport } from '../gateway-api/support.ts'
import type { RouteProblem } from '../route-problem.ts'
import type { Row } from '../rows.ts'
import type { Apart, ApartChange } from './apart.ts'

/**
 * How one mesh, gateway or ingress says which share of a route goes where: pure functions over the object that holds the split.
 *
 * 1. An edit gives a changed copy, in which only the destinations of the managed entries differ; unknown fields and order stay.
 * 2. An edit that would change nothing gives the very same object back (`===`).
 * 3. What stands in the route and is not ours keeps its share, whatever rows are written.
 * 4. A snapshot that is restored gives the destinations back as they were, on the object as it then is; what is not ours and came or went
 *    meanwhile stays as it is now.
 */
export interface Router {
  readonly name: string
  /** Of the object that holds the split; every served version has the same fields. */
  readonly group: string
  readonly kind: string
  readonly can: Capabilities
  /** The entries that a run would manage, or why it can not. */
  readRoute(object: KubernetesObject, entries?: EntryChoice): Outcome<readonly ManagedEntry[]>
  /** First edit of a run: our one destination becomes stable 100 and canary 0. */
  pin(object: KubernetesObject, ours: Ours): Outcome<KubernetesObject>
  /** Writes rows, in their order, where ours stand; rows of ours that are not named disappear. Also pins a route that was reset. */
  writeSplit(object: KubernetesObject, ours: Ours, rows: readonly Row[]): Outcome<KubernetesObject>
  readSplit(object: KubernetesObject, ours: Ours): Outcome<readonly EntrySplit[]>
  /** The leaves that `restore` gives back: taken before the pin. */
  snapshot(object: KubernetesObject, ours: Ours): Outcome<RouteSnapshot>
  restore(object: KubernetesObject, snapshot: RouteSnapshot, ours: Ours): Outcome<KubernetesObject>
  /** What the controller of the data plane says of the object as it is: that it is valid, not that it has arrived. */
  accepted(object: KubernetesObject): Acceptance
  /** Where the route itself is never written: the object beside it that holds the split. All but `readRoute` is about that one then. */
  readonly beside?: Beside
  /** How requests are told apart; absent where the kind of route cannot, or cannot yet. */
  readonly apart?: TellsApart
}

/** An object of the route's kind that holds the split of a route, while there is one. */
export interface Beside {
  /** Its name, beside a route of this name. */
  name(route: string): string
  /** As a run makes it: it leads as the route does, and gives the canary nothing. `others`: every other object of the kind that is seen. */
  make(route: KubernetesObject, ours: Ours, others: readonly KubernetesObject[]): Outcome<KubernetesObject>
}

/**
 * Requests that a route tells apart from its shares: by what they carry, by whom they come from, or by a copy. What a run puts into a route for
 * them are entries of its own, each just before a managed entry (where the kind of route has an order), with the conditions and settings of that
 * entry; a mirror and the cookies of sticky users stand in the managed entries themselves.
 *
 * 1. An entry of the run takes only requests that its managed entry would have taken.
 * 2. It is known by its name and by leading to a side of the run; another entry of such a name is never touched.
 * 3. An edit that would change nothing gives the very same object back (`===`); `nothing` takes out exactly what was put in.
 */
export interface TellsApart {
  read(object: KubernetesObject, ours: Ours): Outcome<Apart>
  write(object: KubernetesObject, ours: Ours, change: ApartChange): Outcome<KubernetesObject>
  /** Header routes exactly as they stand in another state of the same route, though nobody remembers what they were asked to be. */
  putBack(object: KubernetesObject, ours: Ours, left: KubernetesObject): Outcome<KubernetesObject>
}

export type Acceptance =
  | { readonly is: 'accepted' }
  /** Nobody has looked at this generation yet. */
  | { readonly is: 'pending'; readonly says: string }
  | { readonly is: 'refused'; readonly by: string; readonly words: string }

export interface Capabilities {
  /** Any percentage; else a route leads to one side, all at once. */
  readonly shares: boolean
  /** Sides may be parts of one host, told apart by labels; else every side needs a host of its own. */
  readonly subsets: boolean
  /** A route may have several entries, some of them managed. */
  readonly entries: boolean
  /** Destinations that are not ours may share an entry with ours. */
  readonly foreign: boolean
  /** More rows than stable and canary. */
  readonly literals: boolean
  /** Requests can be told apart by header. */
  readonly headers: boolean
  readonly mirror: boolean
  /** The canary is reached though stable has no ready pod. */
  readonly withoutStable: boolean
}

/** Names of entries, or every entry that leads to ours; left out, the route must have one entry. */
export type EntryChoice = readonly string[] | 'all'

/** What is ours in a route. Destinations are compared by host (short or full name), subset, and by port where both name one. */
export interface Ours {
  readonly entries?: EntryChoice
  readonly stable: Destination
  readonly canary: Destination
  /** Destinations through which stable's pods are reached without a run: the Service itself, or its subsets that select them. */
  readonly atRest: readonly Destination[]
  /** Literal destinations of the run's rows: ours for the run, none of them may stand in the route before it. */
  readonly literals?: readonly Destination[]
  /** Namespace of the object, where its own metadata does not tell (a rendered manifest). */
  readonly namespace?: string
  /** The label of the stable Service's selector that pods of the sides have different values of, where each side is a Service. */
  readonly label?: { readonly key: string; readonly stable: string; readonly canary: string }
  /** What the gateways of the routes can; an empty list lacks nothing (nobody has a cluster to look at), none was not looked at. */
  readonly support?: readonly ParentSupport[]
  /** Suffix of the cluster's services; `cluster.local` where left out. */
  readonly domain?: string
}

export interface ManagedEntry {
  /** Its name, or `#index` where it has none. */
  readonly entry: string
  readonly index: number
  readonly destinations: readonly WeightedDestination[]
}

export interface WeightedDestination {
  readonly destination: Destination
  /** As written; 0 where absent. */
  readonly weight: number
  /** Of the entry's requests, 0 to 1, as the proxies count: a lone destination has 1. */
  readonly share: number
}

/** The split of one entry, as it stands. */
export interface EntrySplit {
  readonly entry: string
  readonly index: number
  /** False while one of ours is reached as at rest: there, a canary pod would get traffic by its number. */
  readonly pinned: boolean
  /** Not pinned, and all the same no canary pod gets traffic by its number: the sides' pods are told apart in another way. */
  readonly narrow?: boolean
  /** Its rows have no order of their own, and always are stable's and the canary's. */
  readonly unordered?: boolean
  /**
   * Whole percent of the entry that rows of ours are divided into; 100 where nothing is foreign.
   * Below 100 a split cannot be read back exactly: rows are as wanted when `apportion` gives them the same weights.
   */
  readonly ofRoute: number
  /** Ours, in order; `percent` is of what is ours, and sums to 100. */
  readonly rows: readonly (WeightedDestination & { readonly to: Row['to']; readonly percent: number })[]
  readonly foreign: readonly WeightedDestination[]
  /** How often a request is tried again elsewhere when its connection fails; left out where the entry does not say. */
  readonly retries?: number
}

/** What a route's managed entries send where: journaled, and recorded in the cluster. */
export interface RouteSnapshot {
  readonly entries: readonly EntrySnapshot[]
}

export interface EntrySnapshot {
  readonly index: number
  readonly name?: string
  /** The entry's conditions: how an entry without a name is found again. */
  readonly match?: Json
  readonly destinations: Json
}

export type Outcome<T> = { readonly is: 'done'; readonly value: T } | { readonly is: 'refused'; readonly problem: RouteProblem }

export function done<T>(value: T): Outcome<T> {
  return { is: 'done', value }
}

export function refused(problem: RouteProblem): { readonly is: 'refused'; readonly problem: RouteProblem } {
  return { is: 'refused', problem }
}

/** Runs `step` over all items, stops at the first refusal. */
export function every<A, B>(items: readonly A[], step: (item: A) => Outcome<B>): Outcome<readonly B[]> {
  const values: B[] = []
  for (const item of items) {
    const outcome = step(item)
    if (outcome.is === 'refused') return outcome
    values.push(outcome.value)
  }
  return done(values)
}
