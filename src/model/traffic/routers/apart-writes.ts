import type { Side } from '../rows.ts'
import { cookieValue, digestOf, entryName, setCookie, type ApartChange, type RequestMatch, type Sticky } from './apart.ts'
import type { ApartDialect } from './apart-dialect.ts'
import type { Own, Parts } from './apart-parts.ts'
import { done, every, refused, type Outcome } from './router.ts'

/** All entries as they become. */
export function writeParts<Entry, Item>(parts: Parts<Entry, Item>, change: ApartChange): Outcome<readonly Entry[]> {
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
  const standing = own.filter(each => !others.includes(each))
  // As the server stores it, with its defaults filled in, it is never what would be written.
  if (
    isSameList(
      standing.map(({ name: each }) => entryName(each)),
      added.map(({ name: each }) => entryName(each)),
    )
  )
    return together(parts, own)
  const overtaken = overtakenBy(added, parts)
  if (overtaken !== undefined)
    return refused({ is: 'not-expressible', reason: `header route ${name} would be asked before ${overtaken}, which has its requests now` })
  if (added.length === 0) return refused({ is: 'no-such-requests', route: name })
  const at = own.findIndex(each => each.name.is === 'route' && each.name.name === name)
  const before = at < 0 ? others.length : own.slice(0, at).filter(each => others.includes(each)).length
  return together(parts, [...others.slice(0, before), ...added, ...others.slice(before)])
}

/** The entry of somebody else's that came before a managed one, and would come behind one of these. */
function overtakenBy<Entry, Item>(added: readonly Own<Entry>[], { rest, managed, dialect }: Parts<Entry, Item>): string | undefined {
  const foreign = rest.filter((_, at) => !managed.some(({ index }) => index === at))
  const [other] = added.flatMap(({ name, entry }) => {
    const place = managed[name.entry - 1]
    return (place && dialect.overtaken?.(entry, rest[place.index] as Entry, foreign)) ?? []
  })
  return other && (dialect.name(other) ?? `#${rest.indexOf(other)}`)
}

/** All entries with these header routes in place of those that stand. */
export function withHeaderRoutes<Entry, Item>(parts: Parts<Entry, Item>, wanted: readonly Own<Entry>[]): Outcome<readonly Entry[]> {
  const isRoute = ({ name }: Own<Entry>): boolean => name.is === 'route'
  return together(parts, [...wanted.filter(isRoute), ...parts.own.filter(each => !isRoute(each))])
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && a.length === b.length && a.every((each, at) => each === b[at])
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

/** Where an entry also takes requests that write, nothing of it is copied, unless that is said to be harmless; where all do, that is refused. */
function writeMirror<Entry, Item>(
  parts: Parts<Entry, Item>,
  { percent, allowUnsafeMethods }: { readonly percent: number; readonly allowUnsafeMethods: boolean },
): Outcome<readonly Entry[]> {
  const { rest, managed, own, dialect, isCanary } = parts
  const mayCopy = (entry: Entry): boolean => allowUnsafeMethods || dialect.isSafe(entry)
  const [first] = managed
  if (percent > 0 && first && !managed.some(({ index }) => mayCopy(rest[index] as Entry)))
    return refused({ is: 'unsafe-mirror', entry: dialect.name(rest[first.index] as Entry) ?? `#${first.index}` })
  const withMirror = (entry: Entry, place: (typeof managed)[number] | undefined): Outcome<Entry> => {
    const to = place?.sides.canary.find(item => isCanary(dialect.destination(item)))
    return to ? dialect.withMirror(entry, to, mayCopy(entry) ? percent : 0, isCanary) : done(entry)
  }
  const mirrored = every([...rest.entries()], ([at, entry]) =>
    withMirror(
      entry,
      managed.find(({ index }) => index === at),
    ),
  )
  // Who stays on stable is copied like everybody there.
  const kept = every(own, ({ name, entry }): Outcome<Own<Entry>> => {
    if (name.is !== 'sticky' || name.side !== 'stable') return done({ name, entry })
    const copied = withMirror(entry, managed[name.entry - 1])
    return copied.is === 'refused' ? copied : done({ name, entry: copied.value })
  })
  if (mirrored.is === 'refused') return mirrored
  return kept.is === 'refused' ? kept : together({ ...parts, rest: mirrored.value }, kept.value)
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
  if (made.is === 'refused') return made
  const overtaken = overtakenBy(made.value.flat(2), whole)
  if (overtaken !== undefined)
    return refused({
      is: 'not-expressible',
      reason: `users who stay on a side would be asked for before ${overtaken}, which has their requests now`,
    })
  return together(whole, [...others, ...made.value.flat(2)])
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
