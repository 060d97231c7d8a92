// Sprig: lists. Functions that change a list give a new one.
import { isList, isNil, list, truth, typeOf, unmadeList, type List, type Value } from '../value.ts'
import { deepEqual, toInt } from './convert.ts'
import { refuse, takes, takesMore, type Functions } from './function.ts'

function items(value: Value): readonly Value[] {
  return isList(value) ? value.items : refuse(`wants a list, not ${typeOf(value)}`)
}

function has(needle: Value, haystack: readonly Value[]): boolean {
  return haystack.some(each => deepEqual(each, needle))
}

function unique(values: readonly Value[]): Value[] {
  return values.reduce<Value[]>((kept, each) => (has(each, kept) ? kept : [...kept, each]), [])
}

function slice(from: List, bounds: readonly Value[]): Value {
  const [start = 0, end = from.items.length] = bounds.map(bound => Number(toInt(bound).value))
  if (start < 0 || end > from.items.length || start > end)
    return refuse(`there is no part from ${start} to ${end} in a list of ${from.items.length}`)
  return list(from.items.slice(start, end), from.of)
}

export const lists: Functions = {
  list: takesMore([], 'any', (_, values) => list(values)),
  tuple: takesMore([], 'any', (_, values) => list(values)),
  first: takes(['any'], ([value]) => items(value)[0]),
  last: takes(['any'], ([value]) => items(value).at(-1)),
  rest: takes(['any'], ([value]) => (items(value).length === 0 ? unmadeList : list(items(value).slice(1)))),
  initial: takes(['any'], ([value]) => (items(value).length === 0 ? unmadeList : list(items(value).slice(0, -1)))),
  append: takes(['any', 'any'], ([value, more]) => list([...items(value), more])),
  push: takes(['any', 'any'], ([value, more]) => list([...items(value), more])),
  prepend: takes(['any', 'any'], ([value, more]) => list([more, ...items(value)])),
  concat: takesMore([], 'any', (_, values) => {
    const all = values.flatMap(items)
    return all.length === 0 ? unmadeList : list(all)
  }),
  uniq: takes(['any'], ([value]) => list(unique(items(value)))),
  without: takesMore(['any'], 'any', ([value], omitted) => list(items(value).filter(each => !has(each, omitted)))),
  compact: takes(['any'], ([value]) => list(items(value).filter(truth))),
  reverse: takes(['any'], ([value]) => list(items(value).toReversed())),
  has: takes(['any', 'any'], ([needle, haystack]) => !isNil(haystack) && has(needle, items(haystack))),
  slice: takesMore(['any'], 'any', ([value], bounds) => {
    if (!isList(value)) return refuse(`wants a list, not ${typeOf(value)}`)
    return value.items.length === 0 ? null : slice(value, bounds)
  }),
}
