import { isList, isObject, type JsonObject } from '../json.ts'
import { typeOfKey, type ListType, type Type } from '../schema/type.ts'
import { fieldStep, itemStep, leaf, node, type FieldSet } from './field-set.ts'

/** How server-side apply sees a value at a place: as one unit, as fields by name, or as items by key. */
export type Shape =
  | { readonly is: 'unit' }
  | { readonly is: 'fields'; readonly value: JsonObject | undefined }
  | { readonly is: 'items'; readonly type: ListType; readonly items: readonly unknown[] | undefined }

const unit: Shape = { is: 'unit' }

/** Null and absent have no shape of their own: they take that of the other side, or of the type. */
export function shapeOf(type: Type, value: unknown): Shape {
  if (type.is === 'scalar') return type.scalar === 'any' && isObject(value) ? { is: 'fields', value } : unit
  if (type.is === 'list') return type.merge === undefined ? unit : { is: 'items', type, items: isList(value) ? value : undefined }
  return type.atomic ? unit : { is: 'fields', value: isObject(value) ? value : undefined }
}

/** The steps to the items of a list that merges, in order. An item that names no key takes the key's default. */
export function stepsOf(type: ListType, items: readonly unknown[]): readonly string[] {
  return items.map(item => stepOf(type, item))
}

export function stepOf({ merge, item: itemType }: ListType, item: unknown): string {
  if (merge === 'set' || merge === undefined || !isObject(item)) return `v:${JSON.stringify(item)}`
  const keys = merge.map(key => {
    const fallback = itemType.is === 'struct' ? itemType.fields.get(key)?.default : undefined
    return [key, item[key] ?? fallback] as const
  })
  return itemStep(Object.fromEntries(keys.filter(([, value]) => value !== undefined)))
}

/** Is this a field that the type names (not an entry of a map)? */
export const isNamed = (type: Type, key: string): boolean => type.is === 'struct' && type.fields.has(key)

/** The fields that a configuration speaks of: its leaves, its items and its empty parts. */
export function fieldsOf(type: Type, value: unknown): FieldSet {
  const shape = shapeOf(type, value)
  if (shape.is === 'unit') return leaf
  if (shape.is === 'items') {
    const { items = [] } = shape
    if (items.length === 0) return leaf
    return node(
      false,
      items.map(item => [stepOf(shape.type, item), node(true, fieldsOf(shape.type.item, item).children)] as const),
    )
  }
  const entries = Object.entries(shape.value ?? {}).filter(([, item]) => item !== undefined)
  if (entries.length === 0) return leaf
  return node(
    false,
    entries.map(([key, item]) => {
      const below = fieldsOf(typeOfKey(type, key), item)
      return [fieldStep(key), isNamed(type, key) ? below : node(true, below.children)] as const
    }),
  )
}

/** The set with every named field above a member being a member too: what stands in between belongs to whoever owns below. */
export function withNamedParents(type: Type, set: FieldSet): FieldSet {
  return node(
    set.member,
    [...set.children].map(([step, child]) => {
      const name = step.startsWith('f:') ? step.slice(2) : undefined
      const below = withNamedParents(name === undefined ? itemTypeOf(type) : typeOfKey(type, name), child)
      return [step, name !== undefined && isNamed(type, name) ? node(true, below.children) : below] as const
    }),
  )
}

const itemTypeOf = (type: Type): Type => (type.is === 'list' ? type.item : type)
