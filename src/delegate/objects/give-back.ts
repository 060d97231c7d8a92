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
  for (const changes of byObject(before.toReversed())) done.push(...(await giveBackOne(changes, release.namespace, objects, signal)))
  if (step !== undefined) await forgetStep(release, step, objects, signal)
  return { says: done.length === 0 ? 'nothing to give back' : done.join(', '), ...costOf(cluster.counts()) }
}

/** Changes of the same object together, in their order. */
function byObject(all: readonly ObjectBefore[]): readonly (readonly [ObjectBefore, ...ObjectBefore[]])[] {
  const found = new Map<string, [ObjectBefore, ...ObjectBefore[]]>()
  for (const each of all) {
    const key = `${each.apiVersion} ${each.kind} ${each.name}`
    const same = found.get(key)
    if (same) same.push(each)
    else found.set(key, [each])
  }
  return [...found.values()]
}

/** Several changes of one object, the last first, are given back by one write: what stood between them would send users where nobody is any more. */
async function giveBackOne(
  changes: readonly [ObjectBefore, ...ObjectBefore[]],
  namespace: string,
  objects: Objects,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const [{ apiVersion, kind, name }] = changes
  const ref = { apiVersion, kind, metadata: { name, namespace } }
  for (;;) {
    signal.throwIfAborted()
    const live = await objects.get(refOf(ref), signal)
    const wanted = changes.reduce<KubernetesObject | undefined>((object, each) => asBefore(each, object), live)
    const done = await write(wanted, live, objects, signal)
    if (done !== 'stale') return done === undefined ? [] : [`${objectName(ref)} ${done}`]
  }
}

/** The object as it was before one change, as far as it still is as that left it. */
function asBefore({ object: gone, uid, leaves }: ObjectBefore, object: KubernetesObject | undefined): KubernetesObject | undefined {
  if (gone !== undefined) return object ?? (gone as unknown as KubernetesObject)
  if (!object) return undefined
  if (uid === undefined) return isApplied(object) ? undefined : object
  if (object.metadata.uid !== uid) return object
  const ours = leaves.filter(leaf => equal(valueAt(object, leaf.path), leaf.after) && !equal(leaf.before, leaf.after))
  return ours.reduce((copy, leaf) => withValueAt(copy, leaf.path, leaf.before as Json | undefined), object)
}

/** What was done, in words; undefined where nothing was to be done; `stale` where the object has changed since it was read. */
async function write(
  wanted: KubernetesObject | undefined,
  live: KubernetesObject | undefined,
  objects: Objects,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (wanted === live) return undefined
  if (!live) return wanted && makeAgain(wanted, objects, signal)
  return wanted ? patch(wanted, live, objects, signal) : removeOne(live, objects, signal)
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

async function patch(wanted: KubernetesObject, live: KubernetesObject, objects: Objects, signal: AbortSignal): Promise<string> {
  const version = { op: 'test', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion ?? '' } as const
  const written = await objects.patch(refOf(live), [version, ...patchBetween(live, wanted)], { fieldManager: RUN_MANAGER }, signal)
  return written.is === 'stale' ? 'stale' : 'restored'
}
