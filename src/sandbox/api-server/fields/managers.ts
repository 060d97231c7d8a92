import { isObject } from '../json.ts'
import { decodeFields, encodeFields, isEmpty, union, type FieldSet } from './field-set.ts'

/** Who owns fields, by which kind of write, in which version, through which subresource. */
export interface Owner {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  readonly subresource: string
}

/** One entry of metadata.managedFields. */
export interface Ownership extends Owner {
  /** Absent where the manager has never changed a value (it agreed with what was there). */
  readonly time: string | undefined
  readonly fields: FieldSet
}

/** The same writer: an applier whatever its version, an updater in one version. */
export const sameOwner = (a: Owner, b: Owner): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  a.subresource === b.subresource &&
  (a.operation === 'Apply' || a.apiVersion === b.apiVersion)

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Reads metadata.managedFields; undefined where an entry cannot be read. */
export function readOwnerships(value: unknown): readonly Ownership[] | undefined {
  if (!Array.isArray(value)) return []
  const read = value.map(readOwnership)
  return read.every(entry => entry !== undefined) ? read : undefined
}

/** Entries as they are stored, by what they say, and the other way round: an owner whose fields stay is written and read once. */
const stored = new WeakMap<Ownership, object>()
const meanings = new WeakMap<object, Ownership>()

function readOwnership(entry: unknown): Ownership | undefined {
  if (!isObject(entry)) return undefined
  const known = meanings.get(entry)
  if (known) return known
  const operation = entry['operation']
  const fields = decodeFields(entry['fieldsV1'])
  if (!fields || (operation !== 'Apply' && operation !== 'Update')) return undefined
  return {
    manager: text(entry['manager']),
    operation,
    apiVersion: text(entry['apiVersion']),
    subresource: text(entry['subresource']),
    time: text(entry['time']) || undefined,
    fields,
  }
}

/** Writes metadata.managedFields: appliers first, then by time, manager, version and subresource; undefined when there is none. */
export function writeOwnerships(ownerships: readonly Ownership[]): readonly object[] | undefined {
  const kept = ownerships.filter(({ fields }) => !isEmpty(fields))
  if (kept.length === 0) return undefined
  return kept.toSorted(inOrder).map(writeOwnership)
}

function writeOwnership(ownership: Ownership): object {
  const known = stored.get(ownership)
  if (known) return known
  const { manager, operation, apiVersion, subresource, time, fields } = ownership
  const entry = {
    manager,
    operation,
    apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: encodeFields(fields),
    ...(subresource ? { subresource } : {}),
  }
  stored.set(ownership, entry)
  meanings.set(entry, ownership)
  return entry
}

const rank = ({ operation, time = '', manager, apiVersion, subresource }: Ownership): readonly string[] => [
  operation,
  time,
  manager,
  apiVersion,
  subresource,
]

function inOrder(a: Ownership, b: Ownership): number {
  const other = rank(b)
  for (const [i, mine] of rank(a).entries()) {
    const theirs = other[i] ?? ''
    if (mine !== theirs) return mine < theirs ? -1 : 1
  }
  return 0
}

/** More updaters than this are folded into one, the oldest first: the API server keeps ten. */
const mostUpdaters = 10

/** Folds the oldest updaters into `ancient-changes`. */
export function capUpdaters(ownerships: readonly Ownership[]): readonly Ownership[] {
  const updaters = ownerships.filter(({ operation }) => operation === 'Update').toSorted(inOrder)
  if (updaters.length <= mostUpdaters) return ownerships
  const old = updaters.slice(0, updaters.length - mostUpdaters + 1)
  const [first] = old
  if (!first) return ownerships
  const fields = old.map(entry => entry.fields).reduce(union)
  const folded = { ...first, manager: 'ancient-changes', subresource: '', fields }
  return [...ownerships.filter(entry => !old.includes(entry)), folded]
}
