import { equal } from '../json.ts'
import { typeOfKey, type Type } from '../schema/type.ts'
import { fieldStep, leaf, node, noFields, union, type FieldSet } from './field-set.ts'
import { shapeOf, stepOf, type Shape } from './typed.ts'

/** What differs between two values. */
export interface Comparison {
  readonly added: FieldSet
  readonly modified: FieldSet
  readonly removed: FieldSet
}

const same: Comparison = { added: noFields, modified: noFields, removed: noFields }

/** Absent is undefined; null is a value without parts. */
export function compare(type: Type, old: unknown, next: unknown): Comparison {
  if (old === next || (old === undefined && next === undefined)) return same
  const shape = shapeOf(type, next ?? old)
  if (shape.is === 'unit' || bothEmpty(type, old, next)) return compareUnits(old, next)
  return around(old, next, shape.is === 'items' ? compareItems(shape, type, old, next) : compareFields(type, old, next))
}

const sizeOf = (shape: Shape): number => {
  if (shape.is === 'items') return shape.items?.length ?? 0
  return shape.is === 'fields' ? Object.keys(shape.value ?? {}).length : 1
}

/** Two empty values are one unit, so that null, absent and empty stay different. */
const bothEmpty = (type: Type, old: unknown, next: unknown): boolean =>
  sizeOf(shapeOf(type, old ?? next)) === 0 && sizeOf(shapeOf(type, next ?? old)) === 0

function compareUnits(old: unknown, next: unknown): Comparison {
  if (old === undefined) return { ...same, added: leaf }
  if (next === undefined) return { ...same, removed: leaf }
  return equal(old, next) ? same : { ...same, modified: leaf }
}

/** A part that came or went is named itself, besides what is in it. */
function around(old: unknown, next: unknown, inside: Comparison): Comparison {
  if (old === undefined) return { ...inside, added: node(true, inside.added.children) }
  return next === undefined ? { ...inside, removed: node(true, inside.removed.children) } : inside
}

function compareFields(type: Type, old: unknown, next: unknown): Comparison {
  const a = fieldsIn(type, old)
  const b = fieldsIn(type, next)
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  const parts: (readonly [string, Comparison])[] = []
  // Most fields are the very same: a write changes few.
  for (const key of keys) if (a[key] !== b[key]) parts.push([fieldStep(key), compare(typeOfKey(type, key), a[key], b[key])])
  return collect(parts)
}

const fieldsIn = (type: Type, value: unknown): Readonly<Record<string, unknown>> => {
  const shape = shapeOf(type, value)
  return shape.is === 'fields' ? (shape.value ?? {}) : {}
}

function compareItems({ type }: Shape & { readonly is: 'items' }, whole: Type, old: unknown, next: unknown): Comparison {
  const byStep = (value: unknown): ReadonlyMap<string, unknown> => {
    const shape = shapeOf(whole, value)
    return new Map(shape.is === 'items' ? shape.items?.map(item => [stepOf(type, item), item]) : [])
  }
  const a = byStep(old)
  const b = byStep(next)
  const steps = new Set([...a.keys(), ...b.keys()])
  return collect([...steps].map(step => [step, compare(type.item, a.get(step), b.get(step))]))
}

function collect(parts: readonly (readonly [string, Comparison])[]): Comparison {
  const changed = parts.filter(([, part]) => part !== same)
  if (changed.length === 0) return same
  const pick = (of: (part: Comparison) => FieldSet): FieldSet =>
    node(
      false,
      changed.map(([step, part]) => [step, of(part)] as const),
    )
  return { added: pick(part => part.added), modified: pick(part => part.modified), removed: pick(part => part.removed) }
}

/** What a writer takes: everything that it added or changed. */
export const taken = ({ added, modified }: Comparison): FieldSet => union(added, modified)
