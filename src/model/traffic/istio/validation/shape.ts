import { each, eachEntry, type Report } from './findings.ts'
import { parseGoDuration } from './duration.ts'

/** A value as the CRD's schema describes it. A field that is null counts as absent; an item that is null does not exist in JSON schema. */
export type Shape =
  | { readonly is: 'text'; readonly oneOf?: readonly string[]; readonly base64?: true }
  | { readonly is: 'boolean' }
  | { readonly is: 'integer' | 'number'; readonly min?: number; readonly max?: number }
  /** Go's form; `least` is in milliseconds. */
  | { readonly is: 'duration'; readonly least?: 1 }
  | { readonly is: 'list'; readonly of: Shape; readonly min?: number; readonly max?: number }
  | { readonly is: 'map'; readonly of: Shape; readonly nullable?: true }
  | RecordShape

export interface RecordShape {
  readonly is: 'record'
  readonly fields: Readonly<Record<string, Shape>>
  readonly required: readonly string[]
  /** Of each group at most one field may be there. */
  readonly alternatives: readonly (readonly string[])[]
}

export const text: Shape = { is: 'text' }
export const boolean: Shape = { is: 'boolean' }
export const number: Shape = { is: 'number' }
export const int32: Shape = { is: 'integer', min: -(2 ** 31), max: 2 ** 31 - 1 }
export const uint32: Shape = { is: 'integer', min: 0, max: 2 ** 32 - 1 }
/** JSON numbers are exact up to here; the schema's own limit is 2^64. */
export const uint64: Shape = { is: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER }
/** At least 1 ms, by a rule in the schema (CEL). */
export const duration: Shape = { is: 'duration', least: 1 }
/** Of any length: 0 means "off". */
export const anyDuration: Shape = { is: 'duration' }
export const texts: Shape = { is: 'list', of: text }
export const textMap: Shape = { is: 'map', of: text }

export function oneOf(...values: readonly string[]): Shape {
  return { is: 'text', oneOf: values }
}

export function list(of: Shape, limits: { readonly min?: number; readonly max?: number } = {}): Shape {
  return { is: 'list', of, ...limits }
}

export function record(
  fields: Readonly<Record<string, Shape>>,
  rules: { readonly required?: readonly string[]; readonly alternatives?: readonly (readonly string[])[] } = {},
): RecordShape {
  return { is: 'record', fields, required: rules.required ?? [], alternatives: rules.alternatives ?? [] }
}

/** Checks a value against its shape; answers false where a type is so wrong that no rule could look at the value. */
export function checkShape(value: unknown, shape: Shape, path: string, report: Report): boolean {
  switch (shape.is) {
    case 'text':
      return checkText(value, shape, path, report)
    case 'boolean':
      return typed(typeof value === 'boolean', value, shape.is, path, report)
    case 'integer':
    case 'number':
      return checkNumber(value, shape, path, report)
    case 'duration':
      return checkDuration(value, shape, path, report)
    case 'list':
      return checkList(value, shape, path, report)
    case 'map':
      return checkMap(value, shape, path, report)
    case 'record':
      return checkRecord(value, shape, path, report)
  }
}

type Of<Is extends Shape['is']> = Extract<Shape, { readonly is: Is }>

function typed(right: boolean, value: unknown, want: string, path: string, report: Report): boolean {
  if (!right) report.error(path, `must be ${want}, is ${typeName(value)}`)
  return right
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a number'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function checkText(value: unknown, shape: Of<'text'>, path: string, report: Report): boolean {
  if (!typed(typeof value === 'string', value, 'text', path, report)) return false
  const content = value as string
  if (shape.oneOf && !shape.oneOf.includes(content)) report.error(path, `must be one of ${shape.oneOf.join(', ')}`)
  if (shape.base64 && !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(content))
    report.error(path, 'must be base64')
  return true
}

function checkNumber(value: unknown, shape: Of<'integer' | 'number'>, path: string, report: Report): boolean {
  const right = typeof value === 'number' && (shape.is === 'number' ? Number.isFinite(value) : Number.isInteger(value))
  if (!typed(right, value, shape.is, path, report)) return false
  const { min = -Infinity, max = Infinity } = shape
  if ((value as number) < min) report.error(path, `must be at least ${min}`)
  if ((value as number) > max) report.error(path, `must be at most ${max}`)
  return true
}

function checkDuration(value: unknown, shape: Of<'duration'>, path: string, report: Report): boolean {
  if (!typed(typeof value === 'string', value, 'text', path, report)) return false
  const length = parseGoDuration(value as string)
  if (length === undefined) report.error(path, 'must be a duration such as 1h30m, 2.5s or 100ms')
  else if (shape.least && length < 1_000_000n)
    report.error(path, 'must be a duration of at least 1ms; to switch it off, leave the field out')
  return true
}

function checkList(value: unknown, shape: Of<'list'>, path: string, report: Report): boolean {
  if (!typed(Array.isArray(value), value, 'a list', path, report)) return false
  const items = value as readonly unknown[]
  if (items.length < (shape.min ?? 0)) report.error(path, `must have at least ${shape.min} items`)
  if (items.length > (shape.max ?? Infinity)) report.error(path, `must have at most ${shape.max} items`)
  let right = true
  each(items, path, (item, at) => {
    right = checkShape(item, shape.of, at, report) && right
  })
  return right
}

function checkMap(value: unknown, shape: Of<'map'>, path: string, report: Report): boolean {
  if (!typed(isObject(value), value, 'an object', path, report)) return false
  let right = true
  eachEntry(value as Readonly<Record<string, unknown>>, path, (_name, item, at) => {
    right = ((shape.nullable && item === null) || checkShape(item, shape.of, at, report)) && right
  })
  return right
}

function checkRecord(value: unknown, shape: RecordShape, path: string, report: Report): boolean {
  if (!typed(isObject(value), value, 'an object', path, report)) return false
  const object = value as Readonly<Record<string, unknown>>
  const there = (name: string): boolean => object[name] !== undefined && object[name] !== null
  for (const name of shape.required) if (!there(name)) report.error(`${path}.${name}`, 'is required')
  for (const group of shape.alternatives) {
    const set = group.filter(there)
    if (set.length > 1) report.error(path, `only one of ${set.join(' and ')} may be set`)
  }
  let right = true
  for (const name of Object.keys(object).filter(there)) {
    const field = shape.fields[name]
    if (!field) report.warning(`${path}.${name}`, 'unknown field: the API server drops it')
    else right = checkShape(object[name], field, `${path}.${name}`, report) && right
  }
  return right && shape.required.every(there)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A copy as it is read: fields of records that are null are not there. Nulls in maps and lists stay. */
export function dropNulls(value: unknown, shape: Shape): unknown {
  if (shape.is === 'list' && Array.isArray(value)) return value.map(item => dropNulls(item, shape.of))
  if (!isObject(value) || (shape.is !== 'map' && shape.is !== 'record')) return value
  const entries = Object.entries(value as object).filter(([, item]) => shape.is === 'map' || (item !== null && item !== undefined))
  return Object.fromEntries(
    entries.map(([name, item]) => {
      const of = shape.is === 'map' ? shape.of : shape.fields[name]
      return [name, of ? dropNulls(item, of) : item]
    }),
  )
}
