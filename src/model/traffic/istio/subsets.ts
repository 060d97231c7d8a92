import type { KubernetesObject } from '#base/index.ts'
import { isDeepEqual } from '../deep-equal.ts'
import { isIstio, type DestinationRule, type Subset } from './objects.ts'

export type Labels = Readonly<Record<string, string>>

/** A subset as a run writes it. */
export interface OwnSubset {
  readonly name: string
  readonly labels: Labels
}

/** A subset of our name that selects by other labels: writing ours would take it away from its user. */
export interface SubsetConflict {
  readonly name: string
  readonly labels: Labels
  readonly wanted: Labels
}

/** What stood in a DestinationRule under names that a run uses. */
export interface SubsetSnapshot {
  /** False where the rule had no list at all, so that none is left behind. */
  readonly listed: boolean
  readonly subsets: readonly { readonly name: string; readonly subset?: Subset }[]
}

/** The subsets of a rule; none of a rule that has no list. */
export function subsetsOf(rule: KubernetesObject): readonly Subset[] {
  const subsets = (rule as DestinationRule).spec?.subsets
  return isIstio(rule, 'DestinationRule') && Array.isArray(subsets) ? (subsets as readonly Subset[]).filter(subset => subset) : []
}

export function subsetExists(rule: KubernetesObject, name: string): boolean {
  return subsetsOf(rule).some(subset => subset.name === name)
}

/** Names of the subsets that select a pod with these labels. */
export function subsetsSelecting(rule: KubernetesObject, podLabels: Labels): readonly string[] {
  return subsetsOf(rule)
    .filter(subset => selects(subset.labels ?? {}, podLabels))
    .map(subset => subset.name)
}

/** Whether labels are all among a pod's; no labels select every pod. */
export function selects(labels: Labels, podLabels: Labels): boolean {
  return Object.entries(labels).every(([key, value]) => podLabels[key] === value)
}

/**
 * Subsets of our names that have other labels, but for those that select stable's pods (leftovers that are taken over).
 * Whether the managed route alone uses such a subset is for the caller to see.
 */
export function subsetConflicts(rule: KubernetesObject, wanted: readonly OwnSubset[], stablePod: Labels): readonly SubsetConflict[] {
  return wanted.flatMap(({ name, labels }) => {
    const present = subsetsOf(rule).find(subset => subset.name === name)
    const has = present?.labels ?? {}
    const free = !present || isDeepEqual(has, labels) || selects(has, stablePod)
    return free ? [] : [{ name, labels: has, wanted: labels }]
  })
}

/**
 * A copy with these subsets: one of the same name gets our labels in its place and keeps whatever else it has, others are added at the end.
 * The user's own subsets, their order, and everything else stay. The very same object where nothing changes.
 */
export function writeSubsets(rule: KubernetesObject, wanted: readonly OwnSubset[]): KubernetesObject {
  const present = subsetsOf(rule)
  const kept = present.map(subset => {
    const own = wanted.find(each => each.name === subset.name)
    return own && !isDeepEqual(subset.labels, own.labels) ? { ...subset, labels: own.labels } : subset
  })
  const added = wanted.filter(own => !present.some(subset => subset.name === own.name)).map(({ name, labels }) => ({ name, labels }))
  return withSubsets(rule, [...kept, ...added])
}

/** A copy without the subsets of these names; a list that becomes empty goes with them. */
export function removeSubsets(rule: KubernetesObject, names: readonly string[]): KubernetesObject {
  return restoreSubsets(rule, { listed: false, subsets: names.map(name => ({ name })) })
}

/** Remembers what stands under these names, before a run writes there. */
export function snapshotSubsets(rule: KubernetesObject, names: readonly string[]): SubsetSnapshot {
  return {
    listed: Array.isArray((rule as DestinationRule).spec.subsets),
    subsets: names.map(name => {
      const subset = subsetsOf(rule).find(each => each.name === name)
      return subset ? { name, subset } : { name }
    }),
  }
}

/** A copy in which the snapshot's names are as they were: given back in place, or gone; all other subsets as they are now. */
export function restoreSubsets(rule: KubernetesObject, snapshot: SubsetSnapshot): KubernetesObject {
  const present = subsetsOf(rule)
  const kept = present.flatMap(subset => {
    const before = snapshot.subsets.find(each => each.name === subset.name)
    if (!before) return [subset]
    return before.subset ? [before.subset] : []
  })
  const lost = snapshot.subsets.flatMap(({ name, subset }) => (subset && !present.some(each => each.name === name) ? [subset] : []))
  const subsets = [...kept, ...lost]
  return withSubsets(rule, subsets.length === 0 && !snapshot.listed ? undefined : subsets)
}

function withSubsets(rule: KubernetesObject, subsets: readonly Subset[] | undefined): KubernetesObject {
  const { subsets: before, ...others } = (rule as DestinationRule).spec
  if (isDeepEqual(before, subsets)) return rule
  if (subsets === undefined) return { ...rule, spec: others }
  return { ...rule, spec: { ...(rule.spec as object), subsets } }
}
