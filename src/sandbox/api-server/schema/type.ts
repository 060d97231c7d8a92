/** A value without parts. `bytes` is base64, `time` whole seconds, `any` is kept as it is. */
export type ScalarName =
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'bytes'
  | 'time'
  | 'microTime'
  | 'quantity'
  | 'intOrString'
  | 'duration'
  | 'any'

export interface ScalarType {
  readonly is: 'scalar'
  readonly scalar: ScalarName
  /** Allowed texts, in the order in which an error lists them. */
  readonly oneOf?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

export interface ListType {
  readonly is: 'list'
  readonly item: Type
  /** Server-side apply: by keys, as a set, or (undefined) as one unit. */
  readonly merge: readonly string[] | 'set' | undefined
}

export interface MapType {
  readonly is: 'map'
  readonly value: Type
  /** Server-side apply sees it as one unit. */
  readonly atomic: boolean
}

export interface StructType {
  readonly is: 'struct'
  readonly name: string
  readonly atomic: boolean
  readonly fields: ReadonlyMap<string, Field>
  /** Groups of fields of which at most one may be set. */
  readonly exclusive: readonly (readonly string[])[]
}

export type Type = ScalarType | ListType | MapType | StructType

export interface Field {
  readonly name: string
  readonly type: Type
  /** Written even when it has no value. */
  readonly always: boolean
  /** Tells "zero" from "not given", so zero is kept. */
  readonly pointer: boolean
  readonly required: boolean
  readonly default: unknown
  /** Strategic merge: the key by which items merge; `''` for a list of scalars that merges. */
  readonly patchKey: string | undefined
  /** Strategic merge honours `$retainKeys` here. */
  readonly retainKeys: boolean
  /** Protobuf's number of the field; of one that JSON shows inline, the numbers on the way to it. */
  readonly number: readonly number[]
}

export const anything: ScalarType = { is: 'scalar', scalar: 'any' }

/** The type of a struct's field or of a map's value; `anything` where the type does not say. */
export function typeOfKey(type: Type, key: string): Type {
  if (type.is === 'struct') return type.fields.get(key)?.type ?? anything
  return type.is === 'map' ? type.value : anything
}

/** The value that stands for "nothing" in the API's Go types. */
export function zero(type: Type): unknown {
  if (type.is === 'struct') return emptyStruct(type)
  if (type.is !== 'scalar') return null
  return zeros[type.scalar]
}

const zeros: Readonly<Record<ScalarName, unknown>> = {
  string: '',
  duration: '',
  integer: 0,
  number: 0,
  boolean: false,
  bytes: null,
  time: null,
  microTime: null,
  quantity: '0',
  intOrString: 0,
  any: null,
}

function emptyStruct(type: StructType): Readonly<Record<string, unknown>> {
  const made: Record<string, unknown> = {}
  for (const field of type.fields.values()) if (field.always) made[field.name] = field.pointer ? null : zero(field.type)
  return made
}
