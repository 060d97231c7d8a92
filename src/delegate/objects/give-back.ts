import { objectName, type Json, type KubernetesObject } from '#base/index.ts'
import { countCalls, objectsOf, refOf, type Objects } from '#delegate/kubernetes/index.ts'
import type { ReleaseContext, ReleaseSurroundings } from '#delegate/release/index.ts'
import { equal, isApplied, patchBetween, RUN_MANAGER, valueAt, withValueAt, type Release } from '#model/release/index.ts'
import type { ObjectBefore } from '#protocol/index.ts'
import type { Outcome } from './change.ts'
import { costOf } from './cost.ts'
import { forgetStep } from './record.ts'

/**
 * Puts back what a step has changed, the last object first. Only what still is as the step left it: a colleague's later edit stays.
 * Waits for nothing, so that nothing can hold the way back.
 */
export async function giveBackObjects(
  { release, before, step }: { readonly release: Release; readonly before: readonly ObjectBefore[]; readonly step?: string },
  { signal }: ReleaseContext,
  surroundings: ReleaseSurroundings,
): Promise<Outcome> {
  const cluster = countCalls(await surroundings.cluster(release.cluster))
  const objects = objectsOf(cluster, surroundings)
  const done: string[] = []
  for (const each of before.toReversed()) done.push(...(await giveBackOne(each, release.namespace, objects, signal)))
  if (step !== undefined) await forgetStep(release, step, objects, signal)
  return { says: done.length === 0 ? 'nothing to give back' : done.join(', '), ...costOf(cluster.counts()) }
}

async function giveBackOne(before: ObjectBefore, namespace: string, objects: Objects, signal: AbortSignal): Promise<readonly string[]> {
  const { apiVersion, kind, name } = before
  const ref = { apiVersion, kind, metadata: { name, namespace } }
  for (;;) {
    signal.throwIfAborted()
    const live = await objects.get(refOf(ref), signal)
    const done = await write(before, live, objects, signal)
    if (done !== 'stale') return done === undefined ? [] : [`${objectName(ref)} ${done}`]
  }
}

/** What was done, in words; undefined where nothing was to be done; `stale` where the object has changed since it was read. */
async function write(
  before: ObjectBefore,
  live: KubernetesObject | undefined,
  objects: Objects,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (before.object !== undefined) return live ? undefined : makeAgain(before.object as unknown as KubernetesObject, objects, signal)
  if (!live) return undefined
  if (before.uid === undefined) return isApplied(live) ? removeOne(live, objects, signal) : undefined
  return live.metadata.uid === before.uid ? restoreLeaves(before, live, objects, signal) : undefined
}

async function removeOne(live: KubernetesObject, objects: Objects, signal: AbortSignal): Promise<string> {
  const { uid = '' } = live.metadata
  const removed = await objects.remove(refOf(live), { uid }, signal)
  return removed.is === 'stale' ? 'stale' : 'removed'
}

async function makeAgain(object: KubernetesObject, objects: Objects, signal: AbortSignal): Promise<string> {
  const made = await objects.create(object, { fieldManager: RUN_MANAGER }, signal)
  return made.is === 'stale' ? 'stale' : 'made again'
}

async function restoreLeaves(
  { leaves }: ObjectBefore,
  live: KubernetesObject,
  objects: Objects,
  signal: AbortSignal,
): Promise<string | undefined> {
  const ours = leaves.filter(leaf => equal(valueAt(live, leaf.path), leaf.after) && !equal(leaf.before, leaf.after))
  if (ours.length === 0) return undefined
  const after = ours.reduce((copy, leaf) => withValueAt(copy, leaf.path, leaf.before as Json | undefined), live)
  const version = { op: 'test', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion ?? '' } as const
  const written = await objects.patch(refOf(live), [version, ...patchBetween(live, after)], { fieldManager: RUN_MANAGER }, signal)
  return written.is === 'stale' ? 'stale' : 'restored'
}
