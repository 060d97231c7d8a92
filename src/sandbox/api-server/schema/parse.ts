import type { Field, ScalarName, ScalarType, StructType, Type } from './type.ts'

/**
 * The notation of the schema tables. A type begins at the margin; its fields follow, indented, in any number per line:
 *
 *     Container
 *       name+ image ports[ContainerPort]{containerPort,protocol}~containerPort resources:ResourceRequirements+
 *
 * `name` text · `:int` `:bool` `:time` … another scalar or type · `[T]` list · `<T>` map (both of text without T)
 * `{a,b}` items merge by these keys, `{}` as a set · `^` one unit for apply · `~key` merge key of strategic patches (`~` alone: scalars merge) · `%` $retainKeys
 * `#n` protobuf's number, where it is not one more than that of the field before; `#n.m` field m of the inlined field n
 * `+` written even when empty · `*` zero differs from absent · `!` required · `=value` default (JSON, or text)
 * `:int(0..9)` bounds · `:enum(A|B)` the allowed texts
 * After a type's name: `^` the whole type is one unit for apply · `oneOf(a,b)` at most one of these fields
 */
export type Schema = ReadonlyMap<string, StructType>

const scalars: Readonly<Record<string, ScalarName>> = {
  '': 'string',
  int: 'integer',
  bool: 'boolean',
  number: 'number',
  bytes: 'bytes',
  Time: 'time',
  MicroTime: 'microTime',
  Quantity: 'quantity',
  IntOrString: 'intOrString',
  duration: 'duration',
  uint32: 'integer',
  any: 'any',
}

const fieldForm =
  /^(?<name>[\w$-]+)(?::(?<one>\w+)(?:\((?<limits>[^)]*)\))?|\[(?<item>\w*)(?:\((?<itemLimits>[^)]*)\))?\]|<(?<value>\w*)>)?(?:\{(?<keys>[\w,]*)\})?(?<marks>[\^*+!%]*)(?:~(?<patch>\w*))?(?<more>[\^*+!%]*)(?:#(?<number>[\d.]+))?(?:=(?<default>.*))?$/

const typeForm = /^(?<name>\w+)(?<atomic>\^?)(?<groups>(?: oneOf\([\w,]+\))*)$/

/** Types under construction: a type may be named before it is described. */
type Drafts = Map<string, StructType & { fields: Map<string, Field>; exclusive: readonly (readonly string[])[]; atomic: boolean }>

/** Reads tables in this notation; names may refer to each other across the texts. */
export function parseSchema(...texts: readonly string[]): Schema {
  const drafts: Drafts = new Map()
  for (const text of texts) readTable(drafts, text)
  for (const { name, fields } of drafts.values()) if (fields.size === 0) throw new Error(`schema: no fields of ${name}`)
  return drafts
}

type Draft = ReturnType<typeof draftOf>

function readTable(drafts: Drafts, text: string): void {
  let current: Draft | undefined
  for (const line of text.split('\n').filter(l => l.trim())) {
    if (!line.startsWith(' ')) current = beginType(drafts, line)
    else if (current) readFields(drafts, current, line)
  }
}

function beginType(drafts: Drafts, line: string): Draft {
  const { name = '', atomic, groups = '' } = typeForm.exec(line)?.groups ?? {}
  if (!name) throw new Error(`schema: cannot read the type ${line}`)
  const draft = draftOf(drafts, name)
  draft.atomic = atomic === '^'
  draft.exclusive = [...groups.matchAll(/\(([\w,]+)\)/g)].map(([, names = '']) => names.split(','))
  return draft
}

function readFields(drafts: Drafts, { fields }: Draft, line: string): void {
  let number: readonly number[] = [...fields.values()].at(-1)?.number ?? [0]
  for (const token of line.trim().split(/ +/)) {
    const field = readField(drafts, token, number)
    fields.set(field.name, field)
    number = field.number
  }
}

function draftOf(drafts: Drafts, name: string) {
  const present = drafts.get(name) ?? { is: 'struct' as const, name, atomic: false, fields: new Map<string, Field>(), exclusive: [] }
  drafts.set(name, present)
  return present
}

function readField(drafts: Drafts, token: string, last: readonly number[]): Field {
  const groups = fieldForm.exec(token)?.groups
  if (!groups?.['name']) throw new Error(`schema: cannot read the field ${token}`)
  const marks = `${groups['marks'] ?? ''}${groups['more'] ?? ''}`
  return {
    name: groups['name'],
    type: readType(drafts, groups, marks.includes('^')),
    always: marks.includes('+'),
    pointer: marks.includes('*'),
    required: marks.includes('!'),
    retainKeys: marks.includes('%'),
    patchKey: groups['patch'],
    number: groups['number']?.split('.').map(Number) ?? [...last.slice(0, -1), (last.at(-1) ?? 0) + 1],
    default: groups['default'] === undefined ? undefined : readDefault(groups['default']),
  }
}

type Groups = Readonly<Record<string, string | undefined>>

function readType(drafts: Drafts, { one, limits, item, itemLimits, value, keys }: Groups, atomic: boolean): Type {
  if (item !== undefined) {
    const by = keys?.split(',').filter(Boolean)
    return { is: 'list', item: named(drafts, item, itemLimits), merge: by?.length === 0 ? 'set' : by }
  }
  if (value !== undefined) return { is: 'map', value: named(drafts, value, undefined), atomic }
  const type = named(drafts, one ?? '', limits)
  return atomic && type.is === 'struct' ? { ...type, fields: draftOf(drafts, type.name).fields, atomic } : type
}

function named(drafts: Drafts, name: string, limits: string | undefined): Type {
  if (name === 'enum') return { is: 'scalar', scalar: 'string', oneOf: limits?.split('|') ?? [] }
  const scalar = scalars[name]
  return scalar ? bounded(scalar, name === 'uint32' ? uint32 : limits) : draftOf(drafts, name)
}

const uint32 = '0..4294967295'

function bounded(scalar: ScalarName, limits: string | undefined): ScalarType {
  const [minimum, maximum] = limits?.split('..') ?? []
  return { is: 'scalar', scalar, ...(minimum ? { minimum: Number(minimum) } : {}), ...(maximum ? { maximum: Number(maximum) } : {}) }
}

function readDefault(text: string): unknown {
  return /^(-?\d+|true|false|""|\{.*\}|\[.*\])$/.test(text) ? (JSON.parse(text) as unknown) : text
}
