import type { KubernetesObject } from '#base/index.ts'
import type { Destination } from '../destination.ts'
import type { Side } from '../rows.ts'
import { readEntryName, type Apart, type ApartName } from './apart.ts'
import type { ApartDialect } from './apart-dialect.ts'
import { done, every, type Ours, type Outcome, type Router } from './router.ts'

/** The object without the entries of the run, and how they come back into an edit of it: an edit neither adds nor removes entries. */
export function takeOut<Entry, Item>(object: KubernetesObject, ours: Ours | undefined, dialect: ApartDialect<Entry, Item>) {
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

/** A route in its parts: what is the run's own, and the managed entries that it belongs to. */
export interface Parts<Entry, Item> {
  readonly dialect: ApartDialect<Entry, Item>
  /** Without the run's. */
  readonly rest: readonly Entry[]
  readonly own: readonly { readonly name: ApartName; readonly entry: Entry }[]
  /** Indices in `rest`, in order, with what leads each to one side alone; what is not ours keeps its share of it. */
  readonly managed: readonly { readonly index: number; readonly sides: Readonly<Record<Side, readonly Item[]>> }[]
  readonly isCanary: (destination: Destination) => boolean
  readonly isStable: (destination: Destination) => boolean
}

export function partsOf<Entry, Item>(
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

/** What stands, as the names of the run's entries and the mirrors say. */
export function readParts<Entry, Item>({ own, managed, rest, dialect, isCanary }: Parts<Entry, Item>): Apart {
  const routes = own.flatMap(({ name }) => (name.is === 'route' ? [{ name: name.name, digest: name.digest }] : []))
  const draw = (side: Side): readonly number[] => own.flatMap(({ name }) => (name.is === 'sticky' && name.side === side ? [name.draw] : []))
  const sticky = draw('canary').length > 0 || draw('stable').length > 0
  return {
    routes: routes.filter(({ name }, at) => routes.findIndex(each => each.name === name) === at),
    mirrored: Math.max(0, ...managed.map(({ index }) => dialect.mirrored(rest[index] as Entry, isCanary))),
    ...(sticky ? { sticky: { canary: Math.max(0, ...draw('canary')), stable: Math.max(0, ...draw('stable')) } } : {}),
  }
}

/** An entry of the run. */
export type Own<Entry> = Parts<Entry, unknown>['own'][number]
