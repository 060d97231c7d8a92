import { Failure, type FailureRecord, type KubernetesObject } from '#base/index.ts'
import { refOf, type Objects } from '#delegate/kubernetes/index.ts'
import {
  droppedOf,
  orphansOf,
  withoutOrphans,
  isAutoscaled,
  MANAGER,
  objectKey,
  patchBetween,
  withPods,
  type DryRun,
  type InspectionFinding,
  type Manifests,
} from '#model/release/index.ts'

/** A manifest that was tried; with the failure where the server would refuse it. */
export type Tried = DryRun | (Pick<DryRun, 'manifest' | 'live'> & { readonly failure: FailureRecord })

/**
 * Every manifest against the server, webhooks included: what it would refuse is known before anything is written. `known` has been read already.
 * Each is tried as it will be applied: with the number of pods that its autoscaler decides.
 */
export async function dryRuns(
  manifests: Manifests,
  known: readonly KubernetesObject[],
  autoscalers: readonly KubernetesObject[],
  objects: Objects,
  signal: AbortSignal,
): Promise<readonly Tried[]> {
  const read = new Map(known.map(object => [fullKey(object), object]))
  const live = async (manifest: KubernetesObject): Promise<KubernetesObject | undefined> =>
    read.get(fullKey(manifest)) ?? objects.get(refOf(manifest), signal)
  const all = manifests.objects as unknown as readonly KubernetesObject[]
  return Promise.all(
    all.map(async manifest => {
      const present = await live(manifest)
      return dryRun(withPods(manifest, present, isAutoscaled(manifest, autoscalers)), present, objects, signal)
    }),
  )
}

/** Kinds of two groups may share a name (a Service of Kubernetes and one of Knative); the versions of a group hold the same object. */
function fullKey(object: KubernetesObject): string {
  return `${object.apiVersion.split('/')[0]}/${objectKey(object)}`
}

/**
 * One manifest against the server: gently, and where others own a field, by force. A dry run cannot bring one-shot owners' fields over first,
 * as the apply will: what goes with them is taken out by one more, in which the server puts its defaults in its place.
 */
export async function dryRun(
  manifest: KubernetesObject,
  live: KubernetesObject | undefined,
  objects: Objects,
  signal: AbortSignal,
): Promise<Tried> {
  const options = { fieldManager: MANAGER, dryRun: true }
  try {
    const gentle = await objects.apply(manifest, options, signal)
    const conflicts = gentle.is === 'conflicts' ? gentle.conflicts : []
    const applied = gentle.is === 'conflicts' ? await objects.apply(manifest, { ...options, force: true }, signal) : gentle
    const told = applied.is === 'written' ? await adopted(applied.object, live, objects, signal) : { after: manifest }
    return { manifest, ...(live ? { live } : {}), ...told, conflicts }
  } catch (error) {
    if (!(error instanceof Failure) || error.blame !== 'user' || isOfAll(error)) throw error
    return { manifest, ...(live ? { live } : {}), failure: error.record() }
  }
}

/** The object as it is once others' fields are ours and the manifest is applied, and what of it goes thereby. */
async function adopted(
  applied: KubernetesObject,
  live: KubernetesObject | undefined,
  objects: Objects,
  signal: AbortSignal,
): Promise<Pick<DryRun, 'after' | 'dropped'>> {
  const orphans = orphansOf(applied)
  if (!live || orphans.length === 0) return { after: applied }
  const left = withoutOrphans(applied, orphans)
  const patch = patchBetween(contentOf(live), contentOf(left))
  const written = await objects.patch(refOf(live), patch, { fieldManager: MANAGER, dryRun: true }, signal)
  const after = written.is === 'written' ? written.object : left
  return { after, dropped: droppedOf(orphans, applied, after) }
}

/** What a patch may change of an object. */
function contentOf(object: KubernetesObject): object {
  const { status: _, metadata, ...content } = object
  return { ...content, metadata: { labels: metadata.labels, annotations: metadata.annotations } }
}

/** Without its namespace no manifest can be tried: told once, not for every object. */
function isOfAll({ code }: Failure): boolean {
  return code === 'SL-KUBERNETES-NAMESPACE-MISSING'
}

/** Those that the server takes, and what it says of the others. */
export function sorted(tried: readonly Tried[]): { readonly dryRuns: readonly DryRun[]; readonly refused: readonly InspectionFinding[] } {
  return {
    dryRuns: tried.flatMap(each => ('failure' in each ? [] : each)),
    refused: tried.flatMap(each => ('failure' in each ? { level: 'refuse' as const, failure: each.failure } : [])),
  }
}
