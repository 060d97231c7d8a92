import type { Json, JsonPatch, JsonPatchOperation } from '#base/index.ts'
import { pointer } from '#base/index.ts'
import type { Leaf } from './snapshot.ts'

type Path = readonly (string | number)[]
type JsonMap = { readonly [key: string]: Json | undefined }

/**
 * The leaves in which two values differ. Maps are entered; lists of the same length too, others differ as a whole: a patch of a list by
 * positions would hit the wrong item when somebody inserts one.
 */
export function differingLeaves(before: Json | undefined, after: Json | undefined, path: Path = []): readonly Leaf[] {
  if (equal(before, after)) return []
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap(key => differingLeaves(before[key], after[key], [...path, key]))
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((item, index) => differingLeaves(item as Json, after[index] as Json, [...path, index]))
  return [{ path: [...path], ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) } as Leaf]
}

/** The JSON patch that turns `before` into `after`, leaf by leaf. */
export function patchBetween(before: unknown, after: unknown): JsonPatch {
  return differingLeaves(before as Json, after as Json).map(operation)
}

function operation(leaf: Leaf): JsonPatchOperation {
  const path = pointer(...leaf.path)
  if (leaf.after === undefined) return { op: 'remove', path }
  return { op: leaf.before === undefined ? 'add' : 'replace', path, value: leaf.after as Json }
}

/** The value at a path, undefined where there is none. */
export function valueAt(value: unknown, path: Path): Json | undefined {
  let at: unknown = value
  for (const part of path) {
    if (at === null || typeof at !== 'object') return undefined
    at = (at as Record<string | number, unknown>)[part]
  }
  return at as Json | undefined
}

/** A copy with the value put (or, undefined, removed) at the path; missing maps on the way are made. */
export function withValueAt<T>(value: T, path: Path, put: Json | undefined): T {
  const [head, ...rest] = path
  if (head === undefined) return put as T
  const child = withValueAt((value as Record<string | number, unknown> | undefined)?.[head], rest, put)
  if (Array.isArray(value)) return value.map((item, index) => (index === head ? child : (item as unknown))) as T
  const copy: Record<string | number, unknown> = { ...(value as object) }
  if (child === undefined) delete copy[head]
  else copy[head] = child
  return copy as T
}

/** Whether two values are the same for the API server, as {@link canonical} says; objects that share their parts are compared in no time. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => equal(item, b[index]))
  if (!isMap(a) || !isMap(b)) return false
  return Object.keys(a).every(key => sameWithin(a[key], b[key])) && Object.keys(b).every(key => key in a || isAbsent(b[key]))
}

function sameWithin(a: unknown, b: unknown): boolean {
  if (a === b) return true
  return isAbsent(a) ? isAbsent(b) : !isAbsent(b) && equal(a, b)
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (isMap(value) && Object.values(value).every(isAbsent))
}

/** JSON text with sorted keys; what is absent, null or an empty map counts as absent, as it does for the API server. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? ''
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value)
    .map(([key, child]) => [key, sorted(child)] as const)
    .filter(([, child]) => child !== undefined && child !== null && !isEmptyMap(child))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries)
}

function isEmptyMap(value: unknown): boolean {
  return isMap(value) && Object.keys(value).length === 0
}

function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
