/**
 * Go's values, as far as templates of manifests meet them.
 * 1. `undefined` is Go's "no value" (what a pipeline gives for nil), `null` a nil that stands in a map or list: a field of the first is
 *    no value again, a field of the second is an error.
 * 2. A JavaScript number is a float64, which every number of a values file is; whole numbers have their Go type beside them.
 * 3. Texts are Go's bytes: a byte that is no UTF-8 is the lone surrogate U+DC80…U+DCFF (bytes.ts).
 * 4. Maps and lists are references, as in Go: `set` changes the map that others see.
 */
import type { Json } from '#base/index.ts'
import type { Writable } from '#model/documents/index.ts'

export type Value = undefined | null | boolean | string | number | Int | List | Dict

export type IntType = 'int' | 'int64' | 'uint8'

export interface Int {
  readonly is: 'int'
  readonly type: IntType
  readonly value: bigint
}

export interface List {
  readonly is: 'list'
  readonly of: 'interface {}' | 'string' | 'int'
  readonly items: readonly Value[]
  /** A Go slice that was never made: empty like any other, but null in YAML and JSON. */
  readonly unmade?: true
}

export interface Dict {
  readonly is: 'dict'
  readonly of: 'interface {}' | 'string'
  readonly entries: Map<string, Value>
}

/** A whole number; it wraps at 64 bits, as Go's do. */
export function int(value: bigint | number, type: IntType = 'int'): Int {
  return { is: 'int', type, value: BigInt.asIntN(64, BigInt(value)) }
}

export function list(items: readonly Value[], of: List['of'] = 'interface {}'): List {
  return { is: 'list', of, items }
}

/** What Go gives for the rest of an empty list. */
export const unmadeList: List = { is: 'list', of: 'interface {}', items: [], unmade: true }

export function dict(entries: Iterable<readonly [string, Value]> = [], of: Dict['of'] = 'interface {}'): Dict {
  return { is: 'dict', of, entries: new Map(entries) }
}

/** No value or nil: most functions do not tell them apart. */
export function isNil(value: Value): value is undefined | null {
  return value === undefined || value === null
}

export function isInt(value: Value): value is Int {
  return typeof value === 'object' && value !== null && value.is === 'int'
}

export function isList(value: Value): value is List {
  return typeof value === 'object' && value !== null && value.is === 'list'
}

export function isDict(value: Value): value is Dict {
  return typeof value === 'object' && value !== null && value.is === 'dict'
}

/** Go's name of the type, as `typeOf` and messages tell it. */
export function typeOf(value: Value): string {
  if (isNil(value)) return '<nil>'
  if (typeof value !== 'object') return typeof value === 'boolean' ? 'bool' : typeof value === 'number' ? 'float64' : 'string'
  if (value.is === 'int') return value.type
  return value.is === 'list' ? `[]${value.of}` : `map[string]${value.of}`
}

/** Go's name of the kind: lists are `slice`, maps `map`, nil is `invalid`. */
export function kindOf(value: Value): string {
  if (isNil(value)) return 'invalid'
  return isList(value) ? 'slice' : isDict(value) ? 'map' : typeOf(value)
}

/** What `if` asks: false, 0, nil, and what is empty are not true. */
export function truth(value: Value): boolean {
  if (isInt(value)) return value.value !== 0n
  if (isList(value)) return value.items.length > 0
  if (isDict(value)) return value.entries.size > 0
  return typeof value === 'number' ? value !== 0 : Boolean(value)
}

/** The keys in the order in which Go's templates go through a map. */
export function sortedKeys(value: Dict): string[] {
  return [...value.entries.keys()].toSorted(byCodePoint)
}

/** Go compares strings by bytes, which for UTF-8 is by code points. */
export function byCodePoint(left: string, right: string): number {
  const a = [...left]
  const b = [...right]
  const at = a.findIndex((character, index) => character !== b[index])
  if (at === -1) return a.length - b.length
  return at >= b.length ? 1 : (a[at]?.codePointAt(0) ?? 0) - (b[at]?.codePointAt(0) ?? 0)
}

/** What YAML or JSON hold, as Go's decoder gives it: every number a float64. The copy shares nothing. */
export function fromJson(json: Json | undefined): Value {
  if (json === undefined || json === null) return null
  if (typeof json !== 'object') return json
  if (Array.isArray(json)) return list((json as readonly Json[]).map(fromJson))
  return dict(Object.entries(json).map(([key, each]) => [key, fromJson(each)]))
}

/** The value as data that can be written as YAML or JSON. */
export function toWritable(value: Value): Writable {
  if (isNil(value)) return null
  if (typeof value !== 'object') return value
  if (value.is === 'int') return value.value
  if (value.is === 'list') return value.unmade ? null : value.items.map(toWritable)
  return Object.fromEntries([...value.entries].map(([key, each]) => [key, toWritable(each)]))
}
