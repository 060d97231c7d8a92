import type { KubernetesObject } from '#base/index.ts'
import type { Destination } from '../destination.ts'
import type { RouteProblem } from '../route-problem.ts'
import type { ApartChange, RequestMatch } from './apart.ts'
import type { Same } from './division.ts'
import type { Ours, Outcome } from './router.ts'

/** How one kind of route says of which requests an entry is, copies them, and gives cookies out. */
export interface ApartDialect<Entry, Item> {
  /** All entries, in order; as they stand. */
  entries(object: KubernetesObject): readonly Entry[]
  withEntries(object: KubernetesObject, entries: readonly Entry[]): KubernetesObject
  name(entry: Entry): string | undefined
  items(entry: Entry): readonly Item[]
  withItems(entry: Entry, items: readonly Item[]): Entry
  destination(item: Item): Destination
  /** What stands in the way of a change that adds something to these managed entries, beside what it says of requests. */
  problem?(change: ApartChange, managed: readonly Entry[], ours: Ours, same: Same): RouteProblem | undefined
  /** The entry under a name, for those of its requests that fulfil one of the conditions; undefined where none can. */
  narrowed(entry: Entry, name: string, match: readonly RequestMatch[]): Outcome<Entry | undefined>
  /** An entry of others that came before a managed one, and would come behind what the run puts there; where entries are not asked in their order. */
  overtaken?(made: Entry, managed: Entry, others: readonly Entry[]): Entry | undefined
  /** Whole percent that the entry copies to a destination; 0 where it does not. */
  mirrored(entry: Entry, isTo: (destination: Destination) => boolean): number
  /** Copies to where the item leads; 0 percent: none. A mirror of somebody else's stays, or is in the way. */
  withMirror(entry: Entry, to: Item, percent: number, isTo: (destination: Destination) => boolean): Outcome<Entry>
  /** Requests of the entry change nothing. */
  isSafe(entry: Entry): boolean
  /** The item with this Set-Cookie header in its answers, or without any of a run. */
  withCookie(item: Item, header: string | undefined): Outcome<Item>
  same(object: KubernetesObject, ours: Ours): Same
}
