import { copy, isList, isObject } from '../json.ts'
import type { FieldError } from '../status.ts'
import type { Field, ListType, MapType, ScalarType, StructType, Type } from './type.ts'

/** What reading a custom resource finds out besides its value. */
export interface Findings {
  /** Paths of fields that the schema does not have; they are pruned. */
  readonly unknown: string[]
  readonly errors: FieldError[]
}

/** Reads a custom resource by its structural schema: prunes what it does not know, fills in defaults, and finds what is wrong. */
export function readStructural(type: StructType, value: unknown, findings: Findings): unknown {
  return readValue(type, value, '', findings)
}

function readValue(type: Type, value: unknown, path: string, findings: Findings): unknown {
  switch (type.is) {
    case 'struct':
      return readStruct(type, value, path, findings)
    case 'list':
      return readList(type, value, path, findings)
    case 'map':
      return readMap(type, value, path, findings)
    case 'scalar':
      return readScalar(type, value, path, findings)
  }
}

const join = (path: string, key: string): string => (path ? `${path}.${key}` : key)

function readStruct(type: StructType, value: unknown, path: string, findings: Findings): unknown {
  if (!isObject(value)) return wrongType(value, 'object', path, findings)
  const made: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    const field = type.fields.get(key)
    const at = join(path, key)
    if (!field) findings.unknown.push(at)
    else if (item !== undefined && !(item === null && field.default !== undefined)) made[key] = readValue(field.type, item, at, findings)
  }
  for (const field of type.fields.values()) complete(field, made, path, findings)
  for (const group of type.exclusive) {
    if (group.filter(key => made[key] !== undefined).length < 2) continue
    findings.errors.push(invalid(path, made, 'must validate one and only one schema (oneOf)', `"${path}" `))
  }
  return made
}

function complete(field: Field, made: Record<string, unknown>, path: string, findings: Findings): void {
  if (made[field.name] !== undefined) return
  if (field.default !== undefined) made[field.name] = readValue(field.type, copy(field.default), join(path, field.name), findings)
  else if (field.required) findings.errors.push({ reason: 'FieldValueRequired', field: join(path, field.name), message: 'Required value' })
}

function readList(type: ListType, value: unknown, path: string, findings: Findings): unknown {
  if (!isList(value)) return wrongType(value, 'array', path, findings)
  const items = value.map((item, index) => readValue(type.item, item, `${path}[${index}]`, findings))
  findings.errors.push(...duplicates(type, items, path))
  return items
}

function duplicates({ merge }: ListType, items: readonly unknown[], path: string): readonly FieldError[] {
  if (!merge) return []
  const seen = new Set<string>()
  return items.flatMap((item, index) => {
    const key = merge === 'set' ? item : isObject(item) ? Object.fromEntries(merge.map(name => [name, item[name]])) : item
    const text = JSON.stringify(key)
    if (!seen.has(text)) {
      seen.add(text)
      return []
    }
    return [{ reason: 'FieldValueDuplicate' as const, field: `${path}[${index}]`, message: `Duplicate value: ${text}` }]
  })
}

function readMap(type: MapType, value: unknown, path: string, findings: Findings): unknown {
  if (!isObject(value)) return wrongType(value, 'object', path, findings)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readValue(type.value, item, join(path, key), findings)]))
}

const quoted = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : JSON.stringify(value))

function invalid(path: string, value: unknown, because: string, prefix = ''): FieldError {
  const shown = isObject(value) ? `${path} in body ` : prefix
  return {
    reason: 'FieldValueInvalid',
    field: path,
    message: `Invalid value: ${isObject(value) ? '"" ' : `${quoted(value)}: `}${shown}${because}`,
  }
}

const jsonType = (value: unknown): string => {
  if (value === null) return 'null'
  if (isList(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

function wrongType(value: unknown, wanted: string, path: string, findings: Findings): unknown {
  const is = jsonType(value)
  findings.errors.push({
    reason: 'FieldValueTypeInvalid',
    field: path,
    message: `Invalid value: "${is}": ${path} in body must be of type ${wanted}: "${is}"`,
  })
  return copy(value)
}

const wantedTypes: Readonly<Record<ScalarType['scalar'], readonly string[]>> = {
  string: ['string'],
  duration: ['string'],
  bytes: ['string'],
  time: ['string'],
  microTime: ['string'],
  quantity: ['string', 'integer', 'number'],
  integer: ['integer'],
  number: ['number', 'integer'],
  boolean: ['boolean'],
  intOrString: ['integer', 'string'],
  any: [],
}

function readScalar(type: ScalarType, value: unknown, path: string, findings: Findings): unknown {
  const wanted = wantedTypes[type.scalar]
  if (wanted.length > 0 && !wanted.includes(jsonType(value))) return wrongType(value, wanted[0] ?? '', path, findings)
  const error = scalarError(type, value, path)
  if (error) findings.errors.push(error)
  return copy(value)
}

function scalarError(type: ScalarType, value: unknown, path: string): FieldError | undefined {
  if (type.oneOf && !type.oneOf.includes(String(value))) {
    const supported = type.oneOf.map(text => `"${text}"`).join(', ')
    return { reason: 'FieldValueNotSupported', field: path, message: `Unsupported value: ${quoted(value)}: supported values: ${supported}` }
  }
  if (type.scalar === 'duration' && !isDuration(String(value)))
    return {
      reason: 'FieldValueInvalid',
      field: path,
      message: `Invalid value: ${quoted(value)}: must be a valid duration greater than 1ms`,
    }
  if (typeof value !== 'number') return undefined
  if (type.minimum !== undefined && value < type.minimum)
    return invalid(path, value, `${path} in body should be greater than or equal to ${type.minimum}`)
  if (type.maximum !== undefined && value > type.maximum)
    return invalid(path, value, `${path} in body should be less than or equal to ${type.maximum}`)
  return undefined
}

const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 1e-3, µs: 1e-3, ns: 1e-6 }

/** A Go duration of one millisecond or more. */
function isDuration(text: string): boolean {
  if (!/^\+?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h)|\.\d+(ns|us|µs|ms|s|m|h))+$/.test(text)) return false
  let total = 0
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g))
    total += Number(amount) * (units[unit] ?? 0)
  return total >= 1
}
