import { isList, isObject, without, type JsonObject } from '../json.ts'
import { anything, type Field, type StructType, type Type } from '../schema/type.ts'
import { badRequest } from '../status.ts'
import { goText } from './go-text.ts'
import { ordered } from './order.ts'
import { mergeScalars, patchFailure } from './scalars.ts'

const directive = '$patch'
const retain = '$retainKeys'
const order = '$setElementOrder/'
const remove = '$deleteFromPrimitiveList/'

const unknownDirective = (patch: JsonObject): Error =>
  patchFailure(`unknown patch type: ${goText(patch[directive])} in map: ${goText(patch)}`)

/** Strategic merge patch: objects merge, lists merge by the key that the type declares, else they are replaced; directives steer it. */
export function strategicMergePatch(type: StructType, target: unknown, patch: JsonObject): JsonObject {
  return mergeMaps(type, isObject(target) ? target : {}, patch)
}

function mergeMaps(type: Type, target: JsonObject, patch: JsonObject): JsonObject {
  if (directive in patch) {
    if (patch[directive] === 'replace') return without(patch, directive)
    if (patch[directive] === 'delete') return {}
    throw unknownDirective(patch)
  }
  const made: Record<string, unknown> = { ...retained(target, patch) }
  const done = new Set<string>([retain])
  for (const key of Object.keys(patch).filter(name => name.startsWith(order))) {
    const name = key.slice(order.length)
    const merged = mergeOrdered(fieldOf(type, name), made[name], patch[name], patch[key])
    if (merged !== undefined) made[name] = merged
    done.add(key).add(name)
  }
  for (const key of Object.keys(patch).filter(name => !done.has(name))) mergeKey(type, made, key, patch[key])
  return made
}

/** `$retainKeys` names the keys that stay; every key of the patch must be among them. */
function retained(target: JsonObject, patch: JsonObject): JsonObject {
  const keys = patch[retain]
  if (keys === undefined) return target
  const named = Object.entries(patch).filter(([key, value]) => value !== null && !key.startsWith('$'))
  if (!isList(keys) || named.some(([key]) => !keys.includes(key))) throw badRequest('invalid patch format of retainKeys')
  return Object.fromEntries(Object.entries(target).filter(([key]) => keys.includes(key)))
}

const fieldOf = (type: Type, key: string): Field | undefined => (type.is === 'struct' ? type.fields.get(key) : undefined)

const typeAt = (type: Type, key: string): Type => fieldOf(type, key)?.type ?? (type.is === 'map' ? type.value : anything)

function mergeKey(type: Type, made: Record<string, unknown>, key: string, value: unknown): void {
  if (key.startsWith(remove)) {
    const name = key.slice(remove.length)
    const present = made[name]
    if (isList(present) && isList(value)) made[name] = present.filter(item => !value.includes(item))
    return
  }
  const present = made[key]
  if (value === null) delete made[key]
  else if (isObject(present) && isObject(value)) made[key] = mergeMaps(typeAt(type, key), present, value)
  else if (isList(present) && isList(value)) made[key] = mergeLists(fieldOf(type, key), present, value)
  else made[key] = withoutDirectives(value)
}

/** A list that merges and its `$setElementOrder`: the merged items in that order, others where they were among their neighbours. */
function mergeOrdered(field: Field | undefined, target: unknown, patch: unknown, wanted: unknown): unknown {
  const live = isList(target) ? target : undefined
  const own = isList(patch) ? patch : undefined
  const by = field?.patchKey ?? ''
  if (!isList(wanted)) throw patchFailure(`invalid patch format of setElementOrder`)
  if (own) checkOrder(own, wanted, by)
  const merged = live && own ? mergeLists(field, live, own) : (live ?? (withoutDirectives(own) as readonly unknown[] | undefined))
  return merged && ordered(merged, wanted, live ?? [], by)
}

const keyOf = (item: unknown, by: string): unknown => (by && isObject(item) ? item[by] : item)

/** The items of the patch stand in the order that the directive names. */
function checkOrder(patch: readonly unknown[], wanted: readonly unknown[], by: string): void {
  const items = patch.filter(item => !(isObject(item) && item[directive] === 'delete'))
  let next = 0
  for (const item of wanted) if (next < items.length && keyOf(item, by) === keyOf(items[next], by)) next++
  if (next < items.length)
    throw patchFailure(`The order in patch list:\n${goText(patch)}\n doesn't match $setElementOrder list:\n${goText(wanted)}\n`)
}

function mergeLists(field: Field | undefined, target: readonly unknown[], patch: readonly unknown[]): readonly unknown[] {
  const by = field?.patchKey
  if (by === undefined || field?.type.is !== 'list') return withoutDirectives(patch) as readonly unknown[]
  if (by === '') return ordered(mergeScalars(target, patch), patch, target, by)
  const { kept, items } = applyItemDirectives(target, patch, by)
  return ordered(mergeItems(field.type.item, kept, items, by), items, target, by)
}

/** Items that say `$patch`: `delete` takes the item with that key away, `replace` everything that was there. */
function applyItemDirectives(target: readonly unknown[], patch: readonly unknown[], by: string) {
  const items = patch.filter(isObject)
  const deleted = new Set<unknown>()
  for (const item of items) {
    const what = item[directive]
    if (what === 'delete') deleted.add(keyIn(item, by))
    else if (what !== undefined && what !== 'replace') throw unknownDirective(item)
  }
  const replaced = items.some(item => item[directive] === 'replace')
  const kept = replaced ? [] : target.filter(item => !deleted.has(keyOf(item, by)))
  return { kept, items: items.filter(item => item[directive] === undefined) }
}

function keyIn(item: JsonObject, by: string): unknown {
  if (!(by in item)) throw patchFailure(`map: ${goText(item)} does not contain declared merge key: ${by}`)
  return item[by]
}

function mergeItems(type: Type, target: readonly unknown[], patch: readonly JsonObject[], by: string): readonly unknown[] {
  const made = [...target]
  for (const item of patch) {
    const key = keyIn(item, by)
    const at = made.findIndex(present => keyOf(present, by) === key)
    const present = made[at]
    if (isObject(present)) made[at] = mergeMaps(type, present, item)
    else made.push(withoutDirectives(item))
  }
  return made
}

/** A value that meets nothing to merge with: its directives and its nulls go. */
function withoutDirectives(value: unknown): unknown {
  if (isList(value)) return value.filter(item => !isObject(item) || item[directive] === undefined).map(withoutDirectives)
  if (!isObject(value)) return value
  const kept = Object.entries(value).filter(([key, item]) => item !== null && !isDirective(key))
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutDirectives(item)]))
}

const isDirective = (key: string): boolean => key === directive || key === retain || key.startsWith(order) || key.startsWith(remove)
