// Sprig: maps. `set`, `unset` and the merges change the map that they are given, as there.
import { dict, isDict, isList, isNil, list, sortedKeys, truth, typeOf, type Dict, type Value } from '../value.ts'
import { textOfAny } from './convert.ts'
import { refuse, takes, takesMore, type Functions } from './function.ts'

function pairs(values: readonly Value[]): Dict {
  const made = dict()
  for (let index = 0; index < values.length; index += 2) {
    made.entries.set(textOfAny(values[index]), index + 1 < values.length ? values[index + 1] : '')
  }
  return made
}

function dig(args: readonly Value[]): Value {
  const path = args.slice(0, -2).map(each => (typeof each === 'string' ? each : refuse(`a key is text, not ${typeOf(each)}`)))
  if (path.length === 0) return refuse('wants keys, a default and a map')
  let at = args.at(-1)
  for (const key of path) {
    if (!isDict(at)) return refuse(`wants a map to look for ${key}, not ${typeOf(at)}`)
    if (!at.entries.has(key)) return args.at(-2)
    at = at.entries.get(key)
  }
  return at
}

/** Fills into a map what it lacks (what is empty counts as lacking), or overwrites it, deeply. */
function mergeInto(target: Dict, source: Dict, overwrite: boolean): Dict {
  for (const [key, value] of source.entries) {
    const present = target.entries.get(key)
    if (isDict(value) && isDict(present)) mergeInto(present, value, overwrite)
    else if (replaces(value, present, target.entries.has(key), overwrite)) target.entries.set(key, value)
  }
  return target
}

function replaces(value: Value, present: Value, known: boolean, overwrite: boolean): boolean {
  if (isNil(value)) return overwrite
  return overwrite || !known || !truth(present)
}

function deepCopy(value: Value): Value {
  if (isList(value)) return list(value.items.map(deepCopy), value.of)
  return isDict(value)
    ? dict(
        [...value.entries].map(([key, each]) => [key, deepCopy(each)]),
        value.of,
      )
    : value
}

function only(from: Dict, keep: (key: string) => boolean): Dict {
  return dict([...from.entries].filter(([key]) => keep(key)))
}

export const dicts: Functions = {
  dict: takesMore([], 'any', (_, values) => pairs(values)),
  get: takes(['map', 'string'], ([from, key]) => (from.entries.has(key) ? from.entries.get(key) : '')),
  set: takes(['map', 'string', 'any'], ([into, key, value]) => {
    into.entries.set(key, value)
    return into
  }),
  unset: takes(['map', 'string'], ([from, key]) => {
    from.entries.delete(key)
    return from
  }),
  hasKey: takes(['map', 'string'], ([from, key]) => from.entries.has(key)),
  // Go gives keys and values in no order at all; ours is always the same.
  keys: takesMore([], 'map', (_, maps) => list(maps.flatMap(sortedKeys), 'string')),
  values: takes(['map'], ([from]) => list(sortedKeys(from).map(key => from.entries.get(key)))),
  pluck: takesMore(['string'], 'map', ([key], maps) => list(maps.filter(each => each.entries.has(key)).map(each => each.entries.get(key)))),
  pick: takesMore(['map'], 'string', ([from], keys) => only(from, key => keys.includes(key))),
  omit: takesMore(['map'], 'string', ([from], keys) => only(from, key => !keys.includes(key))),
  merge: takesMore(['map'], 'map', ([into], sources) => sources.reduce((target, source) => mergeInto(target, source, false), into)),
  mergeOverwrite: takesMore(['map'], 'map', ([into], sources) => sources.reduce((target, source) => mergeInto(target, source, true), into)),
  dig: takesMore([], 'any', (_, args) => dig(args)),
  deepCopy: takes(['any'], ([value]) => deepCopy(value)),
}
