import type { KubernetesObject } from '#base/index.ts'
import { isDeepEqual } from '../deep-equal.ts'
import type { Destination } from '../destination.ts'
import type { Side } from '../rows.ts'
import {
  digestOf,
  entryName,
  readEntryName,
  setCookie,
  type Apart,
  type ApartChange,
  type ApartName,
  type RequestMatch,
  type Sticky,
  type TellsApart,
  cookieValue,
} from './apart.ts'
import type { Same } from './division.ts'
import { done, every, refused, type Ours, type Outcome, type Router } from './router.ts'

/** How one kind of route says of which requests an entry is, copies them, and gives cookies out. */
export interface ApartDialect<Entry, Item> {
  /** All entries, in order; as they stand. */
  entries(object: KubernetesObject): readonly Entry[]
  withEntries(object: KubernetesObject, entries: readonly Entry[]): KubernetesObject
  name(entry: Entry): string | undefined
  items(entry: Entry): readonly Item[]
  withItems(entry: Entry, items: readonly Item[]): Entry
  destination(item: Item): Destination
  /** The entry under a name, for those of its requests that fulfil one of the conditions; undefined where none can. */
  narrowed(entry: Entry, name: string, match: readonly RequestMatch[]): Outcome<Entry | undefined>
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

/** A router that also tells requests apart: its other functions never see the entries of the run. */
export function tellingApart<Entry extends object, Item extends object>(
  router: Router,
  dialect: ApartDialect<Entry, Item>,
): Router & { readonly apart: TellsApart } {
  const within = (object: KubernetesObject, ours: Ours | undefined, edit: (plain: KubernetesObject) => Outcome<KubernetesObject>) => {
    const taken = takeOut(object, ours, dialect)
    const edited = edit(taken.plain)
    if (edited.is === 'refused') return edited
    return done(edited.value === taken.plain ? object : taken.putBack(edited.value))
  }
  const plain = (object: KubernetesObject, ours?: Ours): KubernetesObject => takeOut(object, ours, dialect).plain
  const apart = apartOf(router, dialect)
  return {
    ...router,
    apart,
    readRoute: (object, entries) => router.readRoute(plain(object), entries),
    pin(object, ours) {
      const problem = mirrorProblem(plain(object, ours), ours, router, dialect)
      return problem ?? within(object, ours, each => router.pin(each, ours))
    },
    writeSplit: (object, ours, rows) => within(object, ours, each => router.writeSplit(each, ours, rows)),
    readSplit: (object, ours) => router.readSplit(plain(object, ours), ours),
    snapshot: (object, ours) => router.snapshot(plain(object, ours), ours),
    restore(object, snapshot, ours) {
      const cleared =
        router.readSplit(plain(object, ours), ours).is === 'done' ? apart.write(object, ours, { is: 'nothing' }) : done(object)
      return cleared.is === 'refused' ? cleared : router.restore(plain(cleared.value, ours), snapshot, ours)
    },
  }
}

/** A mirror to the canary that stands before the run could not be told from one of the run. */
function mirrorProblem<Entry, Item>(
  object: KubernetesObject,
  ours: Ours,
  router: Router,
  dialect: ApartDialect<Entry, Item>,
): ReturnType<typeof refused> | undefined {
  const same = dialect.same(object, ours)
  const split = router.readSplit(object, ours)
  const bare = split.is === 'done' ? split.value.filter(({ pinned }) => !pinned) : []
  const found = bare.find(({ index }) => dialect.mirrored(dialect.entries(object)[index] as Entry, to => same(to, ours.canary)) > 0)
  return found && refused({ is: 'not-expressible', reason: `entry ${found.entry} mirrors to the canary's name already` })
}

/** The object without the entries of the run, and how they come back into an edit of it: an edit neither adds nor removes entries. */
function takeOut<Entry, Item>(object: KubernetesObject, ours: Ours | undefined, dialect: ApartDialect<Entry, Item>) {
  const all = dialect.entries(object)
  const isOf = isOfRun(object, ours, dialect)
  if (!all.some(isOf)) return { plain: object, putBack: (edited: KubernetesObject) => edited }
  return {
    plain: dialect.withEntries(
      object,
      all.filter(entry => !isOf(entry)),
    ),
    putBack(edited: KubernetesObject): KubernetesObject {
      const rest = [...dialect.entries(edited)]
      return dialect.withEntries(
        edited,
        all.map(entry => (isOf(entry) ? entry : (rest.shift() as Entry))),
      )
    },
  }
}

/** By its name, and by its leading to a side of the run wherever that is known. */
function isOfRun<Entry, Item>(
  object: KubernetesObject,
  ours: Ours | undefined,
  dialect: ApartDialect<Entry, Item>,
): (entry: Entry) => boolean {
  const same = ours && dialect.same(object, ours)
  const isSide = (item: Item): boolean => !ours || !same || [ours.canary, ours.stable].some(side => same(dialect.destination(item), side))
  return entry => readEntryName(dialect.name(entry)) !== undefined && dialect.items(entry).some(isSide)
}

function apartOf<Entry extends object, Item extends object>(router: Router, dialect: ApartDialect<Entry, Item>): TellsApart {
  return {
    read(object, ours) {
      const parts = partsOf(object, ours, router, dialect)
      return parts.is === 'refused' ? parts : done(readParts(parts.value))
    },
    write(object, ours, change) {
      const parts = partsOf(object, ours, router, dialect)
      if (parts.is === 'refused') return parts
      const written = writeParts(parts.value, change)
      if (written.is === 'refused') return written
      const present = dialect.entries(object)
      return done(isDeepEqual(present, written.value) ? object : dialect.withEntries(object, written.value))
    },
  }
}

/** A route in its parts: what is the run's own, and the managed entries that it belongs to. */
interface Parts<Entry, Item> {
  readonly dialect: ApartDialect<Entry, Item>
  /** Without the run's. */
  readonly rest: readonly Entry[]
  readonly own: readonly { readonly name: ApartName; readonly entry: Entry }[]
  /** Indices in `rest`, in order, with what leads each to one side alone; what is not ours keeps its share of it. */
  readonly managed: readonly { readonly index: number; readonly sides: Readonly<Record<Side, readonly Item[]>> }[]
  readonly isCanary: (destination: Destination) => boolean
  readonly isStable: (destination: Destination) => boolean
}

function partsOf<Entry, Item>(
  object: KubernetesObject,
  ours: Ours,
  router: Router,
  dialect: ApartDialect<Entry, Item>,
): Outcome<Parts<Entry, Item>> {
  const isOf = isOfRun(object, ours, dialect)
  const same = dialect.same(object, ours)
  const { plain } = takeOut(object, ours, dialect)
  const split = router.readSplit(plain, ours)
  if (split.is === 'refused') return split
  const alone = every(['stable', 'canary'] as const, side => router.writeSplit(plain, ours, [{ to: side, weight: 100 }]))
  if (alone.is === 'refused') return alone
  const [stable, canary] = alone.value.map(each => dialect.entries(each)) as [readonly Entry[], readonly Entry[]]
  const itemsAt = (entries: readonly Entry[], index: number): readonly Item[] => dialect.items(entries[index] as Entry)
  return done({
    dialect,
    rest: dialect.entries(plain),
    own: dialect.entries(object).flatMap(entry => {
      const name = isOf(entry) ? readEntryName(dialect.name(entry)) : undefined
      return name ? { name, entry } : []
    }),
    managed: split.value
      .map(({ index }) => index)
      .toSorted((a, b) => a - b)
      .map(index => ({ index, sides: { stable: itemsAt(stable, index), canary: itemsAt(canary, index) } })),
    isCanary: destination => same(destination, ours.canary),
    isStable: destination => same(destination, ours.stable),
  })
}

function readParts<Entry, Item>({ own, managed, rest, dialect, isCanary }: Parts<Entry, Item>): Apart {
  const routes = own.flatMap(({ name }) => (name.is === 'route' ? [{ name: name.name, digest: name.digest }] : []))
  const draw = (side: Side): readonly number[] => own.flatMap(({ name }) => (name.is === 'sticky' && name.side === side ? [name.draw] : []))
  const sticky = draw('canary').length > 0 || draw('stable').length > 0
  return {
    routes: routes.filter(({ name }, at) => routes.findIndex(each => each.name === name) === at),
    mirrored: Math.max(0, ...managed.map(({ index }) => dialect.mirrored(rest[index] as Entry, isCanary))),
    ...(sticky ? { sticky: { canary: Math.max(0, ...draw('canary')), stable: Math.max(0, ...draw('stable')) } } : {}),
  }
}

/** All entries as they become. */
function writeParts<Entry, Item>(parts: Parts<Entry, Item>, change: ApartChange): Outcome<readonly Entry[]> {
  switch (change.is) {
    case 'headerRoute':
      return writeHeaderRoute(parts, change)
    case 'mirror':
      return writeMirror(parts, change)
    case 'sticky':
      return writeSticky(parts, change.sticky)
    case 'nothing': {
      const mirrorless = writeMirror({ ...parts, own: [] }, { percent: 0, allowUnsafeMethods: true })
      return mirrorless.is === 'refused' ? mirrorless : writeSticky({ ...parts, own: [], rest: mirrorless.value }, undefined)
    }
  }
}

type Own<Entry> = Parts<Entry, unknown>['own'][number]

/** The run's entries where they belong: each before its managed entry; header routes in the order in which they came, sticky users last. */
function together<Entry, Item>({ rest, managed, dialect }: Parts<Entry, Item>, own: readonly Own<Entry>[]): Outcome<readonly Entry[]> {
  const taken = rest.map(entry => dialect.name(entry)).find(name => own.some(each => name !== undefined && entryName(each.name) === name))
  if (taken !== undefined) return refused({ is: 'name-taken', entry: taken })
  const order = own.toSorted((a, b) => Number(a.name.is === 'sticky') - Number(b.name.is === 'sticky'))
  return done(
    rest.flatMap((entry, index) => {
      const place = managed.findIndex(each => each.index === index) + 1
      return [...order.filter(({ name }) => place > 0 && name.entry === place).map(each => each.entry), entry]
    }),
  )
}

function writeHeaderRoute<Entry, Item>(
  parts: Parts<Entry, Item>,
  { name, match }: { readonly name: string; readonly match: readonly RequestMatch[] },
): Outcome<readonly Entry[]> {
  const { rest, managed, own, dialect, isCanary } = parts
  const others = own.filter(each => each.name.is !== 'route' || each.name.name !== name)
  if (match.length === 0) return together(parts, others)
  const made = every([...managed.entries()], ([at, { index, sides }]): Outcome<readonly Own<Entry>[]> => {
    const apart = { is: 'route', name, digest: digestOf(match), entry: at + 1 } as const
    const entry = ownEntry(parts, rest[index] as Entry, entryName(apart), match)
    if (entry.is === 'refused' || !entry.value) return entry.is === 'refused' ? entry : done([])
    const items = sides.canary.filter(item => isCanary(dialect.destination(item)))
    return cookieless(dialect.withItems(entry.value, items), dialect, each => done([{ name: apart, entry: each }]))
  })
  if (made.is === 'refused') return made
  const added = made.value.flat()
  if (added.length === 0) return refused({ is: 'no-such-requests', route: name })
  const at = own.findIndex(each => each.name.is === 'route' && each.name.name === name)
  const before = at < 0 ? others.length : own.slice(0, at).filter(each => others.includes(each)).length
  return together(parts, [...others.slice(0, before), ...added, ...others.slice(before)])
}

/** A copy of a managed entry for some of its requests; what is copied to the canary already is not copied once more. */
function ownEntry<Entry, Item>(
  { dialect, isCanary, managed }: Parts<Entry, Item>,
  entry: Entry,
  name: string,
  match: readonly RequestMatch[],
): Outcome<Entry | undefined> {
  const [first] = managed[0]?.sides.canary ?? []
  const unmirrored = first && dialect.mirrored(entry, isCanary) > 0 ? dialect.withMirror(entry, first, 0, isCanary) : done(entry)
  return unmirrored.is === 'refused' ? unmirrored : dialect.narrowed(unmirrored.value, name, match)
}

function cookieless<Entry, Item, T>(entry: Entry, dialect: ApartDialect<Entry, Item>, then: (entry: Entry) => Outcome<T>): Outcome<T> {
  const items = every(dialect.items(entry), item => dialect.withCookie(item, undefined))
  return items.is === 'refused' ? items : then(dialect.withItems(entry, items.value))
}

function writeMirror<Entry, Item>(
  parts: Parts<Entry, Item>,
  { percent, allowUnsafeMethods }: { readonly percent: number; readonly allowUnsafeMethods: boolean },
): Outcome<readonly Entry[]> {
  const { rest, managed, own, dialect, isCanary } = parts
  const mirrored = every([...rest.keys()], (index): Outcome<Entry> => {
    const entry = rest[index] as Entry
    const to = managed.find(each => each.index === index)?.sides.canary.find(item => isCanary(dialect.destination(item)))
    if (!to) return done(entry)
    if (percent > 0 && !allowUnsafeMethods && !dialect.isSafe(entry))
      return refused({ is: 'unsafe-mirror', entry: dialect.name(entry) ?? `#${index}` })
    return dialect.withMirror(entry, to, percent, isCanary)
  })
  return mirrored.is === 'refused' ? mirrored : together({ ...parts, rest: mirrored.value }, own)
}

function writeSticky<Entry, Item>(parts: Parts<Entry, Item>, sticky: Sticky | undefined): Outcome<readonly Entry[]> {
  const { rest, managed, own, dialect, isCanary, isStable } = parts
  const baked = every([...rest.keys()], (index): Outcome<Entry> => {
    const entry = rest[index] as Entry
    if (!managed.some(each => each.index === index)) return done(entry)
    const items = every(dialect.items(entry), item => {
      const destination = dialect.destination(item)
      const side = isCanary(destination) ? 'canary' : isStable(destination) ? 'stable' : undefined
      return side ? dialect.withCookie(item, sticky && setCookie(sticky, side)) : done(item)
    })
    return items.is === 'refused' ? items : done(dialect.withItems(entry, items.value))
  })
  if (baked.is === 'refused') return baked
  const others = own.filter(each => each.name.is !== 'sticky')
  const whole = { ...parts, rest: baked.value }
  if (!sticky) return together(whole, others)
  const made = every([...managed.entries()], ([at, each]) =>
    every(['canary', 'stable'] as const, side => stickyEntry(whole, { side, at, ...each }, sticky)),
  )
  return made.is === 'refused' ? made : together(whole, [...others, ...made.value.flat(2)])
}

/** Users who were drawn to a side get all that is ours of the entry from it. */
function stickyEntry<Entry, Item>(
  parts: Parts<Entry, Item>,
  { side, at, index, sides }: { readonly side: Side; readonly at: number } & Parts<Entry, Item>['managed'][number],
  sticky: Sticky,
): Outcome<readonly Own<Entry>[]> {
  const { rest, dialect } = parts
  const name = { is: 'sticky', side, draw: sticky.draws[side], entry: at + 1 } as const
  const match = [{ cookie: { name: sticky.cookie, value: cookieValue(sticky, side) } }]
  const entry =
    side === 'canary'
      ? ownEntry(parts, rest[index] as Entry, entryName(name), match)
      : dialect.narrowed(rest[index] as Entry, entryName(name), match)
  if (entry.is === 'refused') return entry
  if (!entry.value) return done([])
  return cookieless(dialect.withItems(entry.value, sides[side]), dialect, each => done([{ name, entry: each }]))
}
