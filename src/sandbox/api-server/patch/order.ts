import { isObject } from '../json.ts'

/**
 * The order of a merged list: items that `wanted` names stand in its order, the others in the order of `live`;
 * an item of the others stands before the first wanted one that it preceded in `live`.
 */
export function ordered(merged: readonly unknown[], wanted: readonly unknown[], live: readonly unknown[], by: string): readonly unknown[] {
  const key = (item: unknown): unknown => (by && isObject(item) ? item[by] : item)
  const places = (list: readonly unknown[]): ReadonlyMap<unknown, number> => new Map(list.map((item, index) => [key(item), index]))
  const wantedAt = places(wanted)
  const liveAt = places(live)
  const sorted = (items: readonly unknown[], at: ReadonlyMap<unknown, number>): unknown[] =>
    items.toSorted((a, b) => (at.get(key(a)) ?? Infinity) - (at.get(key(b)) ?? Infinity))
  const named = sorted(
    merged.filter(item => wantedAt.has(key(item))),
    wantedAt,
  )
  const others = sorted(
    merged.filter(item => !wantedAt.has(key(item))),
    liveAt,
  )
  const made: unknown[] = []
  for (const item of named) {
    const place = liveAt.get(key(item))
    while (place !== undefined && others.length > 0 && (liveAt.get(key(others[0])) ?? Infinity) < place) made.push(others.shift())
    made.push(item)
  }
  return [...made, ...others]
}
