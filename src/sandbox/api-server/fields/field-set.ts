import { isObject } from '../json.ts'

/**
 * A set of fields, as a tree. A step is written as in FieldsV1: `f:name` a field, `k:{"name":"a"}` an item by its keys,
 * `v:"x"` a member of a set, `i:0` an index. A node is in the set if `member`; its children are independent of that.
 */
export interface FieldSet {
  readonly member: boolean
  readonly children: ReadonlyMap<string, FieldSet>
}

const noChildren: ReadonlyMap<string, FieldSet> = new Map()

export const noFields: FieldSet = { member: false, children: noChildren }

/** Just the node itself. */
export const leaf: FieldSet = { member: true, children: noChildren }

export const isEmpty = (set: FieldSet): boolean => !set.member && set.children.size === 0

/** A node from its parts; children that hold nothing are left out. */
export function node(member: boolean, children: Iterable<readonly [string, FieldSet]>): FieldSet {
  const kept = new Map<string, FieldSet>()
  for (const [step, child] of children) if (!isEmpty(child)) kept.set(step, child)
  if (kept.size > 0) return { member, children: kept }
  return member ? leaf : noFields
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmpty(b)) return a
  if (isEmpty(a)) return b
  const children = new Map(a.children)
  for (const [step, child] of b.children) children.set(step, union(children.get(step) ?? noFields, child))
  return kept(a, a.member || b.member, children)
}

/** The set itself where nothing is another part of it: sets share what stays, and what is made of them is made once. */
function kept(set: FieldSet, member: boolean, children: ReadonlyMap<string, FieldSet>): FieldSet {
  if (set.member !== member || set.children.size !== children.size) return { member, children }
  for (const [step, child] of children) if (set.children.get(step) !== child) return { member, children }
  return set
}

/** What is in `a` and not in `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a) || isEmpty(b)) return a
  const children = new Map(a.children)
  for (const [step, gone] of b.children) {
    const child = a.children.get(step)
    if (!child) continue
    const left = difference(child, gone)
    if (isEmpty(left)) children.delete(step)
    else children.set(step, left)
  }
  return kept(a, a.member && !b.member, children)
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a) || isEmpty(b)) return noFields
  const children = new Map<string, FieldSet>()
  for (const [step, child] of a.children) {
    const other = b.children.get(step)
    const common = other ? intersection(child, other) : noFields
    if (!isEmpty(common)) children.set(step, common)
  }
  return node(a.member && b.member, children)
}

/** The set without these nodes and everything below them. */
export function withoutBranches(set: FieldSet, branches: readonly (readonly string[])[]): FieldSet {
  return branches.reduce(prune, set)
}

function prune(set: FieldSet, [step, ...rest]: readonly string[]): FieldSet {
  if (step === undefined) return noFields
  const child = set.children.get(step)
  if (!child) return set
  const children = new Map(set.children)
  return node(set.member, children.set(step, prune(child, rest)))
}

/** The set that holds one path. */
export const single = (path: readonly string[]): FieldSet => path.reduceRight<FieldSet>((set, step) => node(false, [[step, set]]), leaf)

export function has(set: FieldSet, path: readonly string[]): boolean {
  let at: FieldSet | undefined = set
  for (const step of path) at = at?.children.get(step)
  return at?.member ?? false
}

/** Every member as conflicts name it: `.spec.containers[name="a"].image`. */
export function paths(set: FieldSet, prefix = ''): readonly string[] {
  const own = set.member && prefix ? [prefix] : []
  return [...own, ...[...set.children].flatMap(([step, child]) => paths(child, prefix + shown(step)))]
}

function shown(step: string): string {
  const text = step.slice(2)
  if (step.startsWith('f:')) return `.${text}`
  if (step.startsWith('v:')) return `[=${text}]`
  if (step.startsWith('i:')) return `[${text}]`
  const keys = JSON.parse(text) as Readonly<Record<string, unknown>>
  return `[${Object.entries(keys)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')}]`
}

type Encoded = Readonly<Record<string, unknown>>

/** A set and its FieldsV1 never change, so each is made once: states of an object share what their managers own. */
const encoded = new WeakMap<FieldSet, Encoded>()
const decoded = new WeakMap<Encoded, FieldSet>()

/** Writes FieldsV1. */
export function encodeFields(set: FieldSet): Encoded {
  const made = encodeBelow(set)
  if (made !== encodedLeaf) decoded.set(made, set)
  return made
}

function encodeNode(set: FieldSet): Encoded {
  const made: Record<string, unknown> = {}
  if (set.member && set.children.size > 0) made['.'] = {}
  for (const step of [...set.children.keys()].toSorted()) made[step] = encodeBelow(set.children.get(step) ?? noFields)
  return made
}

const encodedLeaf: Encoded = {}

function encodeBelow(set: FieldSet): Encoded {
  if (set.children.size === 0) return encodedLeaf
  const made = encoded.get(set) ?? encodeNode(set)
  encoded.set(set, made)
  return made
}

/** Reads FieldsV1; undefined where it is none. */
export function decodeFields(value: unknown): FieldSet | undefined {
  return isObject(value) ? (decoded.get(value) ?? decodeChildren(value)) : undefined
}

function decodeChildren(value: Encoded): FieldSet | undefined {
  const children = new Map<string, FieldSet>()
  for (const [key, below] of Object.entries(value)) {
    if (key === '.') continue
    const child = decodeNode(below)
    const step = normalStep(key)
    if (!child || !step) return undefined
    children.set(step, child)
  }
  return { member: false, children }
}

function decodeNode(value: unknown): FieldSet | undefined {
  if (!isObject(value)) return undefined
  const inner = decodeChildren(value)
  if (!inner) return undefined
  return node('.' in value || inner.children.size === 0, inner.children)
}

function normalStep(step: string): string | undefined {
  if (!/^[fkvi]:/.test(step)) return undefined
  if (!step.startsWith('k:')) return step
  try {
    return itemStep(JSON.parse(step.slice(2)) as Readonly<Record<string, unknown>>)
  } catch {
    return undefined
  }
}

/** The step to the item with these keys. */
export const itemStep = (keys: Readonly<Record<string, unknown>>): string =>
  `k:${JSON.stringify(Object.fromEntries(Object.entries(keys).toSorted(([a], [b]) => (a < b ? -1 : 1))))}`

export const fieldStep = (name: string): string => `f:${name}`
