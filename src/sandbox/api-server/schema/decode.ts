import { copy, isList, isObject } from '../json.ts'
import { canonicalQuantity } from './quantity.ts'
import { zero, type Field, type ListType, type MapType, type ScalarName, type StructType, type Type } from './type.ts'

/** A value that the API's Go type cannot hold; the message is Go's. */
export class DecodeError extends Error {}

/** How to read a value. */
export interface Decoding {
  /** Fill in the defaults of the table; off while an applied configuration is merged. */
  readonly defaults: boolean
  /** Collects the paths of fields that the type does not have, as errors name them. */
  readonly unknown: string[]
}

interface Where {
  /** The Go struct that holds the field: errors name it. */
  readonly struct: string
  /** Path from the struct that Go's decoder began with. */
  readonly goPath: string
  readonly path: string
}

/**
 * Reads JSON as the API server's Go types do: unknown fields go, empty ones go where Go would not write them,
 * and what Go always writes is there. The result shares nothing with the input but parts that came out of here before: those are as they
 * would be read again, and nothing in the server changes a value in place.
 */
export function decode(type: StructType, value: unknown, how: Decoding): Readonly<Record<string, unknown>> {
  return decodeStruct(type, value, { struct: type.name, goPath: '', path: '' }, how)
}

function decodeValue(type: Type, value: unknown, at: Where, how: Decoding): unknown {
  switch (type.is) {
    case 'struct':
      return decodeStruct(type, value, at, how)
    case 'list':
      return decodeList(type, value, at, how)
    case 'map':
      return decodeMap(type, value, at, how)
    case 'scalar':
      return decodeScalar(type.scalar, value, at)
  }
}

/** Structs and maps that were read with defaults, by their type: an object that is written again is mostly made of them. */
const complete = new WeakMap<object, StructType | MapType>()

/** Says of a value that it is as it would be read again, defaults included: it is then taken as it is. */
export function markComplete(type: StructType | MapType, value: object): void {
  complete.set(value, type)
}

function decodeStruct(type: StructType, value: unknown, at: Where, how: Decoding): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw mismatch(value, at, type.name)
  if (how.defaults && complete.get(value) === type) return value
  const made: Record<string, unknown> = {}
  for (const field of type.fields.values()) {
    const decoded = decodeField(field, value[field.name], type, at, how)
    if (decoded !== undefined) made[field.name] = decoded
  }
  for (const key of Object.keys(value)) if (!type.fields.has(key)) how.unknown.push(at.path ? `${at.path}.${key}` : key)
  if (how.defaults) markComplete(type, made)
  return made
}

function decodeField(field: Field, value: unknown, owner: StructType, at: Where, how: Decoding): unknown {
  if (value === undefined || value === null) return valueOfAbsent(field, at, how)
  const below = (path: string): string => (path ? `${path}.${field.name}` : field.name)
  const decoded = decodeValue(field.type, value, { struct: owner.name, goPath: below(at.goPath), path: below(at.path) }, how)
  return field.pointer || !isZero(field.type, decoded) ? decoded : valueOfAbsent(field, at, how)
}

/** The default, where there is one; null or nothing of the type where Go always writes the field. */
function valueOfAbsent(field: Field, at: Where, how: Decoding): unknown {
  if (how.defaults && field.default !== undefined) return defaultOf(field, how)
  if (!field.always) return undefined
  if (field.pointer) return null
  return field.type.is === 'struct' && how.defaults ? decodeStruct(field.type, {}, at, how) : zero(field.type)
}

const defaultOf = (field: Field, how: Decoding): unknown =>
  field.type.is === 'struct' ? decode(field.type, field.default, { ...how, unknown: [] }) : copy(field.default)

/** Go leaves such a value out of its JSON (a struct is never left out, its fields are). */
function isZero(type: Type, value: unknown): boolean {
  if (type.is === 'list') return value === null || (isList(value) && value.length === 0)
  if (type.is === 'map') return value === null || (isObject(value) && Object.keys(value).length === 0)
  return type.is === 'scalar' && value === zero(type)
}

function decodeList(type: ListType, value: unknown, at: Where, how: Decoding): unknown {
  if (!isList(value)) throw mismatch(value, at, `[]${goName(type.item)}`)
  return value.map((item, index) =>
    item === null || item === undefined ? zero(type.item) : decodeValue(type.item, item, { ...at, path: `${at.path}[${index}]` }, how),
  )
}

function decodeMap(type: MapType, value: unknown, at: Where, how: Decoding): unknown {
  if (!isObject(value)) throw mismatch(value, at, `map[string]${goName(type.value)}`)
  if (how.defaults && complete.get(value) === type) return value
  const made: Record<string, unknown> = {}
  for (const key of Object.keys(value).toSorted()) {
    const item = value[key]
    made[key] =
      item === null || item === undefined ? zero(type.value) : decodeValue(type.value, item, { ...at, path: `${at.path}.${key}` }, how)
  }
  if (how.defaults) markComplete(type, made)
  return made
}

const goNames: Readonly<Partial<Record<ScalarName, string>>> = {
  integer: 'int32',
  number: 'float64',
  boolean: 'bool',
  bytes: '[]uint8',
  time: 'v1.Time',
  microTime: 'v1.MicroTime',
  quantity: 'resource.Quantity',
  intOrString: 'intstr.IntOrString',
}

const goName = (type: Type): string => {
  if (type.is === 'struct') return type.name
  return type.is === 'scalar' ? (goNames[type.scalar] ?? 'string') : type.is
}

const jsonName = (value: unknown): string => {
  if (isList(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return isObject(value) ? 'object' : typeof value
}

const mismatch = (value: unknown, at: Where, wanted: string): DecodeError =>
  new DecodeError(`json: cannot unmarshal ${jsonName(value)} into Go struct field ${at.struct}.${at.goPath} of type ${wanted}`)

type Reader = (value: unknown, at: Where) => unknown

const text: Reader = (value, at) => {
  if (typeof value !== 'string') throw mismatch(value, at, 'string')
  return value
}

const whole: Reader = (value, at) => {
  if (typeof value !== 'number') throw mismatch(value, at, 'int32')
  if (Number.isInteger(value)) return value
  throw new DecodeError(`json: cannot unmarshal number ${value} into Go struct field ${at.struct}.${at.goPath} of type int32`)
}

const canonicalTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

const moment: Reader = (value, at) => {
  const given = text(value, at) as string
  if (given === '') return null
  if (canonicalTime.test(given)) return given
  const read = Date.parse(given)
  if (Number.isNaN(read) || !given.includes('T'))
    throw new DecodeError(`parsing time "${given}" as "2006-01-02T15:04:05Z07:00": cannot parse "${given}" as "2006"`)
  return `${new Date(read).toISOString().slice(0, 19)}Z`
}

/** Base64 as Go's decoder takes it; the error names the first byte that is none. */
const base64: Reader = (value, at) => {
  const given = text(value, at) as string
  const plain = given.replaceAll(/[\r\n]/g, '')
  const end = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(plain) ? -1 : plain.search(/[^A-Za-z0-9+/]|$/)
  if (end >= 0) throw new DecodeError(`illegal base64 data at input byte ${end}`)
  return plain
}

const readers: Readonly<Record<ScalarName, Reader>> = {
  string: text,
  duration: text,
  integer: whole,
  number: (value, at) => {
    if (typeof value !== 'number') throw mismatch(value, at, 'float64')
    return value
  },
  boolean: (value, at) => {
    if (typeof value !== 'boolean') throw mismatch(value, at, 'bool')
    return value
  },
  bytes: base64,
  time: moment,
  microTime: text,
  quantity: value => {
    const read = typeof value === 'string' || typeof value === 'number' ? canonicalQuantity(value) : undefined
    if (read === undefined)
      throw new DecodeError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
    return read
  },
  intOrString: (value, at) => (typeof value === 'string' ? value : whole(value, at)),
  any: value => copy(value),
}

const decodeScalar = (scalar: ScalarName, value: unknown, at: Where): unknown => readers[scalar](value, at)
