import { equal } from '../json.ts'
import type { StructType } from '../schema/type.ts'
import { failure, type ApiError } from '../status.ts'
import { compare, taken, type Comparison } from './compare.ts'
import { difference, intersection, isEmpty, node, noFields, paths, union, withoutBranches, type FieldSet } from './field-set.ts'
import { capUpdaters, sameOwner, type Owner, type Ownership } from './managers.ts'
import { merge, removeFields } from './merge.ts'
import { fieldsOf, withNamedParents } from './typed.ts'

/**
 * Field ownership as the API server keeps it.
 * 1. An update owns what it changed, besides what it owned; what it changed or removed, nobody else owns any longer.
 * 2. An apply owns exactly what its configuration says. A field that it no longer says is removed unless somebody else owns it.
 * 3. An apply that changes a field of another owner is a conflict, unless forced; agreeing makes a co-owner.
 * 4. An object without ownership is not tracked from an update on; the first apply meets it as `before-first-apply`.
 */
export interface Tracking {
  readonly type: StructType
  /** Branches that this kind of write never owns (the status on the main path, the spec on /status). */
  readonly ignored: readonly (readonly string[])[]
  readonly now: string
}

const metaSteps = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
]
/** What no manager owns: the server's own fields. */
const untracked: readonly (readonly string[])[] = [['f:apiVersion'], ['f:kind'], ...metaSteps.map(step => ['f:metadata', `f:${step}`])]

const strip = (set: FieldSet): FieldSet => {
  const kept = withoutBranches(set, untracked)
  return node(
    kept.member,
    [...kept.children].map(([step, child]) => [step, step === 'f:metadata' ? node(false, child.children) : child] as const),
  )
}

const clean = (set: FieldSet, { ignored }: Tracking): FieldSet => withoutBranches(strip(set), ignored)

/** What this kind of write does not touch did not change, whatever the body says. */
const relevant = ({ added, modified, removed }: Comparison, { ignored }: Tracking): Comparison => ({
  added: withoutBranches(added, ignored),
  modified: withoutBranches(modified, ignored),
  removed: withoutBranches(removed, ignored),
})

/** Takes what others lose by a change out of their entries. */
const dispossess = (ownerships: readonly Ownership[], lost: FieldSet): readonly Ownership[] =>
  ownerships
    .map(entry => {
      const fields = difference(entry.fields, lost)
      return fields === entry.fields ? entry : { ...entry, fields }
    })
    .filter(({ fields }) => !isEmpty(fields))

/** Who owns what after `owner` has turned `old` into `next`. */
export function afterUpdate(
  tracking: Tracking,
  old: object,
  next: object,
  ownerships: readonly Ownership[],
  owner: Owner,
): readonly Ownership[] {
  const comparison = relevant(compare(tracking.type, old, next), tracking)
  const own = ownerships.find(entry => sameOwner(entry, owner))
  const left = dispossess(ownerships, union(taken(comparison), comparison.removed))
  const mine = clean(taken(comparison), tracking)
  if (isEmpty(mine)) return left
  const kept = own ? difference(own.fields, comparison.removed) : noFields
  return capUpdaters([...left.filter(entry => !sameOwner(entry, owner)), { ...owner, time: tracking.now, fields: union(kept, mine) }])
}

export interface Applied {
  readonly object: object
  readonly ownerships: readonly Ownership[]
}

/** One owner in the way, and the fields. */
interface Conflict {
  readonly owner: Ownership
  readonly fields: FieldSet
}

export interface ApplyOptions {
  readonly owner: Owner
  readonly force: boolean
  /** Fields that may be taken without force. */
  readonly forgiven: FieldSet
}

/** Applies a configuration to the live object; conflicts are thrown as the 409 that names them. */
export function apply(tracking: Tracking, live: object, config: object, ownerships: readonly Ownership[], options: ApplyOptions): Applied {
  const { type } = tracking
  const { owner } = options
  const last = ownerships.find(entry => sameOwner(entry, owner))
  const others = ownerships.filter(entry => entry !== last)
  const fields = clean(fieldsOf(type, config), tracking)
  const merged = merge(type, live, config) as object
  const object = dropUnapplied(type, merged, last?.fields ?? noFields, [fields, ...others.map(entry => entry.fields)])
  const comparison = relevant(compare(type, live, object), tracking)
  const conflicts = conflictsOf(comparison, others)
  if (!options.force && conflicts.some(conflict => !isEmpty(difference(conflict.fields, options.forgiven))))
    throw applyConflict(conflicts.map(c => ({ ...c, fields: difference(c.fields, options.forgiven) })).filter(c => !isEmpty(c.fields)))
  const left = dispossess(others, union(taken(comparison), comparison.removed))
  const time = equal(live, object) ? last?.time : tracking.now
  return { object, ownerships: [...left, { ...owner, time, fields }] }
}

const conflictsOf = (comparison: Comparison, others: readonly Ownership[]): readonly Conflict[] => {
  const touched = taken(comparison)
  return others.map(owner => ({ owner, fields: intersection(owner.fields, touched) })).filter(({ fields }) => !isEmpty(fields))
}

/** Removes what the applier said last time and nobody says now. */
function dropUnapplied(type: StructType, merged: object, last: FieldSet, owned: readonly FieldSet[]): object {
  if (isEmpty(last)) return merged
  const named = (set: FieldSet): FieldSet => withNamedParents(type, set)
  const without = (set: FieldSet): object => (removeFields(type, merged, set) ?? {}) as object
  const all = named(fieldsOf(type, merged))
  const pruned = named(fieldsOf(type, without(last)))
  const kept = named(owned.reduce(union, noFields))
  const withOwned = without(difference(all, union(pruned, kept)))
  const gone = difference(all, named(fieldsOf(type, withOwned)))
  return without(intersection(gone, named(last)))
}

function applyConflict(conflicts: readonly Conflict[]): ApiError {
  const all = conflicts
    .map(({ owner, fields }) => ({ owner: nameOf(owner), fields: paths(fields).toSorted() }))
    .toSorted((a, b) => (a.owner < b.owner ? -1 : 1))
  const causes = all.flatMap(({ owner, fields }) =>
    fields.map(field => ({ reason: 'FieldManagerConflict', message: `conflict with ${owner}`, field })),
  )
  const [only] = causes
  const message =
    causes.length === 1 && only
      ? `Apply failed with 1 conflict: ${only.message}: ${only.field}`
      : `Apply failed with ${causes.length} conflicts: ${all.map(({ owner, fields }) => [`conflicts with ${owner}:`, ...fields.map(f => `- ${f}`)].join('\n')).join('\n')}`
  return failure({ code: 409, reason: 'Conflict', message, details: { causes } })
}

function nameOf({ manager, subresource, operation, apiVersion }: Owner): string {
  const through = subresource ? ` with subresource "${subresource}"` : ''
  return `"${manager}"${through}${operation === 'Update' ? ` using ${apiVersion}` : ''}`
}

/** The fields in which a live object still has the value of an earlier configuration. */
export function unchangedSince(type: StructType, config: object, live: object): FieldSet {
  const { modified, removed } = compare(type, config, live)
  return difference(fieldsOf(type, config), union(modified, removed))
}
