import type { KubernetesObject } from '#base/index.ts'
import { equal, valueAt } from '../leaves.ts'
import { objectKey, type Observed, type Run, type Written } from '../observed.ts'
import { isApplied } from '../ownership.ts'
import type { Leaf, Snapshot } from '../snapshot.ts'
import { rollsPods } from './names.ts'

/** An object of the manifests that the run brings or changes. */
export type Entry = Snapshot['manifests'][number]

/** What stands for it in messages and maps. */
export function namedOf({ apiVersion, kind, name, namespace }: Entry): KubernetesObject {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } }
}

export const keyOf = (entry: Entry): string => objectKey(namedOf(entry))

/** Manifests that are not in place yet, in the order in which they are applied. What a Secret holds is not known: it is applied once more. */
export function toApply({ others }: Observed, applied: ReadonlySet<string>, { snapshot }: Pick<Run, 'snapshot'>): readonly Entry[] {
  return snapshot.manifests.filter(entry => !applied.has(keyOf(entry)) && !isInPlace(entry, others[keyOf(entry)]))
}

/** It is as the manifest says; of one that the run brings: we have applied it. What a Secret holds is not known. */
export function isInPlace({ kind, before }: Entry, live: KubernetesObject | undefined): boolean {
  if (!live) return false
  if (!before) return isApplied(live)
  if (live.metadata.uid !== before.uid || kind === 'Secret') return false
  return before.leaves.every(leaf => equal(valueAt(live, leaf.path), leaf.after))
}

/** Live workloads that were there before the run and that it changes: they bear the mark of a way back. */
export function changedWorkloads(
  { others }: Written,
  { release, snapshot }: Pick<Run, 'release' | 'snapshot'>,
): readonly KubernetesObject[] {
  if (release.plain === undefined) return []
  return snapshot.manifests.flatMap(entry => {
    const live = entry.before && rollsPods(entry) ? others[keyOf(entry)] : undefined
    return live ? [live] : []
  })
}

/** The pod template as one leaf: it is the run's or the former one as a whole. */
export function templateLeaf({ before }: Entry): Leaf | undefined {
  return before?.leaves.find(({ path }) => path.length === templatePath.length && path.every((part, index) => part === templatePath[index]))
}

export const templatePath = ['spec', 'template'] as const

/** Somebody else has written a template that is neither the former one nor the run's. */
export function hasForeignTemplate(entry: Entry, live: KubernetesObject | undefined): boolean {
  const leaf = templateLeaf(entry)
  if (!leaf || !live || live.metadata.uid !== entry.before?.uid) return false
  const present = valueAt(live, leaf.path)
  return !equal(present, leaf.before) && !equal(present, leaf.after)
}
