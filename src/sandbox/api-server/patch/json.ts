import { copy, equal, isList, isObject } from '../json.ts'
import { badRequest, failure } from '../status.ts'

/** 422 without a word on what failed: the API server answers so for every operation that cannot be carried out. */
const refused = () =>
  failure({ code: 422, reason: 'Invalid', message: 'the server rejected our request due to an error in our request', details: {} })

const keysOf = (path: unknown): readonly string[] => {
  if (path === '') return []
  if (typeof path !== 'string' || !path.startsWith('/')) throw refused()
  return path
    .slice(1)
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** An index of a list: -1 is the last place, `-` (only when adding) the one behind it. */
function indexOf(list: readonly unknown[], key: string, adding: boolean): number {
  if (adding && key === '-') return list.length
  if (!/^-?\d+$/.test(key)) throw refused()
  const places = adding ? list.length + 1 : list.length
  const index = Number(key) < 0 ? places + Number(key) : Number(key)
  if (index < 0 || index >= places) throw refused()
  return index
}

type Edit = (container: unknown, key: string) => unknown

/** A copy of `target` in which the container of the last key has been edited. */
function editAt(target: unknown, keys: readonly string[], edit: Edit): unknown {
  const [key, ...rest] = keys
  if (key === undefined) throw refused()
  if (rest.length === 0) return edit(target, key)
  if (isList(target)) {
    const index = indexOf(target, key, false)
    return target.map((item, i) => (i === index ? editAt(item, rest, edit) : item))
  }
  if (!isObject(target) || target[key] === undefined) throw refused()
  return { ...target, [key]: editAt(target[key], rest, edit) }
}

function valueAt(target: unknown, keys: readonly string[]): unknown {
  let value = target
  for (const [depth, key] of keys.entries()) {
    if (isList(value)) value = value[indexOf(value, key, false)]
    else if (isObject(value)) value = value[key]
    else throw refused()
    if (value === undefined && depth < keys.length - 1) throw refused()
  }
  return value
}

const add = (target: unknown, keys: readonly string[], value: unknown): unknown =>
  keys.length === 0
    ? value
    : editAt(target, keys, (container, key) => {
        if (isList(container)) return container.toSpliced(indexOf(container, key, true), 0, value)
        if (!isObject(container)) throw refused()
        return { ...container, [key]: value }
      })

const remove = (target: unknown, keys: readonly string[]): unknown =>
  editAt(target, keys, (container, key) => {
    if (isList(container)) return container.toSpliced(indexOf(container, key, false), 1)
    if (!isObject(container) || container[key] === undefined) throw refused()
    const { [key]: _, ...rest } = container
    return rest
  })

const replace = (target: unknown, keys: readonly string[], value: unknown): unknown =>
  keys.length === 0
    ? value
    : editAt(target, keys, (container, key) => {
        if (isList(container)) return container.with(indexOf(container, key, false), value)
        if (!isObject(container)) throw refused()
        return { ...container, [key]: value }
      })

function test(target: unknown, keys: readonly string[], value: unknown): unknown {
  const found = valueAt(target, keys) ?? null
  if (!equal(found, value)) throw refused()
  return target
}

function step(target: unknown, operation: unknown): unknown {
  if (!isObject(operation)) throw refused()
  const keys = keysOf(operation['path'])
  const value = operation['value'] === undefined ? null : copy(operation['value'])
  switch (operation['op']) {
    case 'add':
      return add(target, keys, value)
    case 'remove':
      return remove(target, keys)
    case 'replace':
      return replace(target, keys, value)
    case 'test':
      return test(target, keys, value)
    case 'copy':
      return add(target, keys, copy(valueAt(target, keysOf(operation['from']))))
    case 'move': {
      const from = keysOf(operation['from'])
      return add(remove(target, from), keys, valueAt(target, from))
    }
    default:
      throw refused()
  }
}

/** RFC 6902 as the API server reads it: replacing an absent key adds it, -1 is the last place of a list, failing is 422 without details. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!isList(patch)) throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp')
  return patch.reduce<unknown>(step, target)
}
