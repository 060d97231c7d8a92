import type { Json, KubernetesObject } from '#base/index.ts'
import { apportion } from '../apportion.ts'
import { isDeepEqual } from '../deep-equal.ts'
import type { Destination } from '../destination.ts'
import { checkRows, pinnedRows, type Row } from '../rows.ts'
import { divide, percentOfOurs, pinProblem, places, splitOf, withShares, type Division, type Place, type Same } from './division.ts'
import {
  done,
  every,
  refused,
  type Acceptance,
  type Capabilities,
  type EntryChoice,
  type EntrySnapshot,
  type Ours,
  type Outcome,
  type Router,
  type WeightedDestination,
} from './router.ts'

/** One entry of a route with the items of its list of weighted destinations, as the object has them. */
export interface Entry<Item> {
  /** Its name, or `#index`. */
  readonly label: string
  readonly index: number
  readonly items: readonly Item[]
}

/** How one kind of route writes its entries and their lists of weighted destinations. */
export interface Dialect<Item> {
  readonly name: string
  readonly group: string
  readonly kind: string
  readonly can: Capabilities
  /** The entries that are meant, each with at least one destination; the object may be anything that JSON can hold. */
  entries(object: KubernetesObject, choice?: EntryChoice): Outcome<readonly Entry<Item>[]>
  /** Name and conditions of every entry, in order: how one is found again. */
  outlines(object: KubernetesObject): readonly Outline[]
  destination(item: Item): Destination
  /** As the proxies count it where the list has several items. */
  weight(item: Item): number
  withWeight(item: Item, weight: number): Item
  /** Another destination with everything else of the item it stands in for; without a literal port the present one is inherited. */
  withDestination(item: Item, to: Destination, same: Same): Item
  /** A host as it is compared: its full name. */
  fullHost(host: string, namespace: string, domain?: string): string
  items(object: KubernetesObject, index: number): readonly Item[]
  /** As {@link EntrySplit} has it; left out where such routes say nothing of it. */
  retries?(object: KubernetesObject, index: number): number | undefined
  accepted(object: KubernetesObject): Acceptance
  withItems(object: KubernetesObject, changed: ReadonlyMap<number, readonly Item[]>): KubernetesObject
}

interface Outline {
  readonly name?: string
  readonly match?: Json
}

/** The router of a kind whose entries hold lists of weighted destinations. */
export function weightedRouter<Item extends object>(dialect: Dialect<Item>): Router {
  const router: Router = {
    name: dialect.name,
    group: dialect.group,
    kind: dialect.kind,
    can: dialect.can,
    accepted: object => dialect.accepted(object),

    readRoute(object, choice) {
      const entries = dialect.entries(object, choice)
      if (entries.is === 'refused') return entries
      return done(entries.value.map(({ label, index, items }) => ({ entry: label, index, destinations: weighted(items, dialect) })))
    },

    pin(object, ours) {
      const asked = dialect.entries(object, ours.entries)
      if (asked.is === 'refused') return asked
      const same = sameIn(object, ours, dialect)
      const problems = managed(object, ours, dialect, entry => {
        const problem = pinProblem(entry.label, weighted(entry.items, dialect), ours, same)
        return problem ? refused(problem) : done(entry)
      })
      return problems.is === 'refused' ? problems : router.writeSplit(object, ours, pinnedRows)
    },

    writeSplit(object, ours, rows) {
      const problems = checkRows(rows)
      if (problems.length > 0) return refused({ is: 'rows', problems })
      const same = sameIn(object, ours, dialect)
      const lists = managed(object, ours, dialect, entry => rewritten(entry, dialect, { ours, rows, same }))
      return lists.is === 'refused' ? lists : done(withLists(object, lists.value, dialect))
    },

    readSplit(object, ours) {
      const same = sameIn(object, ours, dialect)
      return managed(object, ours, dialect, entry => {
        const split = splitOf(entry, weighted(entry.items, dialect), ours, same)
        if ('is' in split) return refused(split)
        const retries = dialect.retries?.(object, entry.index)
        return done(retries === undefined ? split : { ...split, retries })
      })
    },

    snapshot(object, ours) {
      const same = sameIn(object, ours, dialect)
      const entries = managed(object, ours, dialect, entry => {
        const division = divide(entry.label, weighted(entry.items, dialect), ours, same)
        return 'is' in division ? refused(division) : done(snapshotOf(object, entry, dialect))
      })
      return entries.is === 'refused' ? entries : done({ entries: entries.value })
    },

    restore(object, { entries }, ours) {
      const same = sameIn(object, ours, dialect)
      const lists = every(entries, snapshot => {
        const index = findAgain(dialect.outlines(object), snapshot)
        const label = snapshot.name ?? `#${snapshot.index}`
        if (index === undefined) return refused({ is: 'entry-missing', entry: label, entries: labelsOf(object, dialect) })
        const before = snapshot.destinations as unknown as readonly Item[]
        return done({ index, items: restored(label, { live: dialect.items(object, index), before }, { ours, same, dialect }) })
      })
      return lists.is === 'refused' ? lists : done(withLists(object, lists.value, dialect))
    },
  }
  return router
}

interface NewList<Item> {
  readonly index: number
  readonly items: readonly Item[]
}

/** Runs `step` over the managed entries; where all are meant, those without a destination of ours are left out. */
function managed<Item, T>(
  object: KubernetesObject,
  ours: Ours,
  dialect: Dialect<Item>,
  step: (entry: Entry<Item>) => Outcome<T>,
): Outcome<readonly T[]> {
  const entries = entriesOfRun(object, ours, dialect)
  if (entries.is === 'refused') return entries
  if (ours.entries !== 'all') return every(entries.value, step)
  const outcomes = entries.value.map(step)
  const concerned = outcomes.filter(outcome => outcome.is === 'done' || outcome.problem.is !== 'none-ours')
  return every(concerned.length > 0 ? concerned : outcomes, outcome => outcome)
}

/** The entries that are meant. Where none is named a route has one when a run begins; others that come meanwhile are not ours. */
function entriesOfRun<Item>(object: KubernetesObject, ours: Ours, dialect: Dialect<Item>): Outcome<readonly Entry<Item>[]> {
  const entries = dialect.entries(object, ours.entries)
  if (entries.is === 'done' || entries.problem.is !== 'several-entries') return entries
  const same = sameIn(object, ours, dialect)
  const mine = entries.problem.entries.flatMap(label => {
    const alone = dialect.entries(object, [label])
    return alone.is === 'refused' ? [] : alone.value.flatMap(entry => pinnedOf(entry, dialect, ours, same))
  })
  const pinned = mine.filter(each => each.pinned)
  // Somebody may have reset ours and added theirs in one write: ours is the only one that leads to stable.
  const chosen = pinned.length > 0 ? pinned : mine
  return pinned.length > 0 || mine.length === 1 ? done(chosen.map(({ entry }) => entry)) : entries
}

interface OfTheRun<Item> {
  readonly entry: Entry<Item>
  readonly pinned: boolean
}

function pinnedOf<Item>(entry: Entry<Item>, dialect: Dialect<Item>, ours: Ours, same: Same): readonly OfTheRun<Item>[] {
  const division = divide(entry.label, weighted(entry.items, dialect), ours, same)
  return 'is' in division ? [] : [{ entry, pinned: division.pinned }]
}

interface Rewrite {
  readonly ours: Ours
  readonly rows: readonly Row[]
  readonly same: Same
}

function rewritten<Item>(entry: Entry<Item>, dialect: Dialect<Item>, { ours, rows, same }: Rewrite): Outcome<NewList<Item>> {
  const all = weighted(entry.items, dialect)
  const division = divide(entry.label, all, ours, same)
  if ('is' in division) return refused(division)
  const items = places(all, division, rows, ours, same).map(place => placed(entry.items[place.from] as Item, place, same, dialect))
  return done({ index: entry.index, items })
}

/** The list's item as it becomes; the very same one where nothing changes. */
function placed<Item>(item: Item, place: Place, same: Same, dialect: Dialect<Item>): Item {
  if (place.is === 'ours' && !place.stood) return dialect.withWeight(dialect.withDestination(item, place.to, same), place.weight)
  return place.weight === undefined || place.weight === dialect.weight(item) ? item : dialect.withWeight(item, place.weight)
}

function withLists<Item>(object: KubernetesObject, lists: readonly NewList<Item>[], dialect: Dialect<Item>): KubernetesObject {
  const changed = lists.filter(({ index, items }) => !isDeepEqual(dialect.items(object, index), items))
  return changed.length === 0 ? object : dialect.withItems(object, new Map(changed.map(({ index, items }) => [index, items])))
}

function weighted<Item>(items: readonly Item[], dialect: Dialect<Item>): readonly WeightedDestination[] {
  return withShares(items.map(item => ({ destination: dialect.destination(item), weight: dialect.weight(item) })))
}

/** Hosts by their full name in the namespace of the route; ports count only where both sides name one. */
export function sameIn<Item>(object: KubernetesObject, ours: Ours, dialect: Dialect<Item>): Same {
  const namespace = object.metadata.namespace ?? ours.namespace ?? 'default'
  const known = new Map<string, string>()
  const full = (host: string): string => {
    const name = known.get(host) ?? dialect.fullHost(host, namespace, ours.domain)
    known.set(host, name)
    return name
  }
  return (a, b) =>
    (a.subset ?? '') === (b.subset ?? '') &&
    (a.port === undefined || b.port === undefined || a.port === b.port) &&
    (a.host === b.host || full(a.host) === full(b.host))
}

function snapshotOf<Item>(object: KubernetesObject, entry: Entry<Item>, dialect: Dialect<Item>): EntrySnapshot {
  return { index: entry.index, ...dialect.outlines(object)[entry.index], destinations: entry.items as unknown as Json }
}

/** An entry is found by its name; without one by its conditions, at its index first; a lone entry is always the one. */
function findAgain(outlines: readonly Outline[], snapshot: EntrySnapshot): number | undefined {
  if (snapshot.name) return found(outlines.findIndex(entry => entry.name === snapshot.name))
  if (outlines.length === 1) return 0
  const alike = [...outlines.keys()].filter(at => !outlines[at]?.name && isDeepEqual(outlines[at]?.match, snapshot.match))
  if (alike.includes(snapshot.index)) return snapshot.index
  return alike.length === 1 ? alike[0] : undefined
}

function found(index: number): number | undefined {
  return index < 0 ? undefined : index
}

function labelsOf<Item>(object: KubernetesObject, dialect: Dialect<Item>): readonly string[] {
  return dialect.outlines(object).map(({ name }, at) => name ?? `#${at}`)
}

interface Restoring<Item> {
  readonly ours: Ours
  readonly same: Same
  readonly dialect: Dialect<Item>
}

/**
 * The list as it was. Where somebody has added or taken out a destination of their own meanwhile, theirs stay as they are now, and ours of
 * the snapshot divide what is ours by now.
 */
function restored<Item>(
  label: string,
  { live, before }: { readonly live: readonly Item[]; readonly before: readonly Item[] },
  { ours, same, dialect }: Restoring<Item>,
): readonly Item[] {
  const [now, then] = [live, before].map(items => divide(label, weighted(items, dialect), ours, same)) as [Divided, Divided]
  if ('is' in now || 'is' in then) return before
  const foreign = (items: readonly Item[], division: Division): readonly Destination[] =>
    division.foreign.map(index => dialect.destination(items[index] as Item))
  const [added, gone] = [foreign(live, now), foreign(before, then)]
  const alike = added.length === gone.length && added.every(each => gone.some(other => same(each, other)))
  return alike ? before : ourPart(live, now, before, then, dialect)
}

type Divided = ReturnType<typeof divide>

function ourPart<Item>(
  live: readonly Item[],
  now: Division,
  before: readonly Item[],
  then: Division,
  dialect: Dialect<Item>,
): readonly Item[] {
  const mine = then.mine.map(index => before[index] as Item)
  const shares = apportion(
    mine.map(item => (mine.length === 1 ? 1 : dialect.weight(item))),
    percentOfOurs(weighted(live, dialect), now),
  )
  const ours = mine.map((item, index) => (now.foreign.length === 0 ? item : dialect.withWeight(item, shares[index] as number)))
  return live.flatMap((item, index) => {
    if (index === now.mine[0]) return ours
    return now.foreign.includes(index) ? [item] : []
  })
}
