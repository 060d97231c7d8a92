import { objectName, type Json, type KubernetesObject } from '#base/index.ts'
import { countCalls, objectsOf, refOf } from '#delegate/kubernetes/index.ts'
import type { ReleaseContext, ReleaseSurroundings } from '#delegate/release/index.ts'
import {
  differingLeaves,
  equal,
  isApplied,
  MANAGER,
  patchBetween,
  RUN_MANAGER,
  valueAt,
  withPods,
  withValueAt,
  type Release,
  type Snapshot,
} from '#model/release/index.ts'
import type { ObjectBefore, ObjectsChange } from '#protocol/index.ts'
import { costOf } from './cost.ts'
import { failures } from './failures.ts'
import { recordStep } from './record.ts'
import { untilSteady, watched, type Waiting } from './until-steady.ts'

export interface ChangeObjects {
  readonly release: Release
  readonly change: ObjectsChange
  readonly before: readonly ObjectBefore[]
  /** What the record is told: the step by its path. */
  readonly record?: { readonly step: string; readonly snapshot: Snapshot }
}

export interface Outcome {
  readonly says: string
  readonly writes: number
  readonly calls: number
}

/**
 * Makes the change, object by object, and waits until each is what it was asked to be. It looks at what is: a killed one begins again.
 * 1. An object that was looked at is changed only while it is that very object (its uid), at the version that was read.
 * 2. What an object was stands in the record of the release before it is changed.
 * 3. Nothing is asked of the cluster while nothing changes: it waits by one watch.
 * 4. What is as the step leaves it is not written again, so that one that is killed behind each of its writes comes to its end.
 */
export async function changeObjects(
  { release, change, before, record }: ChangeObjects,
  context: ReleaseContext,
  surroundings: ReleaseSurroundings,
): Promise<Outcome> {
  const cluster = countCalls(await surroundings.cluster(release.cluster))
  const changing: Changing = { objects: objectsOf(cluster, surroundings), namespace: release.namespace, context, surroundings }
  const manifests = change.is === 'apply' ? (JSON.parse(await context.content(change.manifests)) as readonly KubernetesObject[]) : []
  if (record)
    await recordStep(
      { release, snapshot: record.snapshot },
      { step: record.step, before },
      changing.objects,
      surroundings.clock,
      context.signal,
    )
  const says: string[] = []
  for (const each of before) {
    context.signal.throwIfAborted()
    context.progress({ says: each.says })
    const manifest = manifests.find(object => object.kind === each.kind && object.metadata.name === each.name)
    if (change.is === 'delete') says.push(await deleteOne(each, changing))
    else says.push(await (manifest ? applyOne(manifest, each, changing) : patchOne(each, changing)))
  }
  return { says: says.join(', '), ...costOf(cluster.counts()) }
}

interface Changing extends Waiting {
  readonly namespace: string
}

function named({ apiVersion, kind, name }: ObjectBefore, namespace: string): KubernetesObject {
  return { apiVersion, kind, metadata: { name, namespace } }
}

/** The object, which must be the one that was looked at. */
async function theVeryOne(before: ObjectBefore, { objects, namespace, context }: Changing): Promise<KubernetesObject> {
  const ref = named(before, namespace)
  const live = await objects.get(refOf(ref), context.signal)
  if (!live || live.metadata.uid !== before.uid) throw failures.MADE_AGAIN({ object: objectName(ref) })
  return live
}

async function applyOne(manifest: KubernetesObject, before: ObjectBefore, changing: Changing): Promise<string> {
  const { objects, namespace, context } = changing
  for (;;) {
    context.signal.throwIfAborted()
    const live =
      before.uid === undefined ? await objects.get(refOf(named(before, namespace)), context.signal) : await theVeryOne(before, changing)
    if (live && isAsApplied(manifest, before, live)) return untilSteady(live, changing)
    const { uid, resourceVersion } = live?.metadata ?? {}
    const wanted = withPods(manifest, live, before.keepsPods === true)
    const bound = { ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) }
    // What others own was refused when it was looked at; what is left belongs to tools that write when a person runs them.
    const options = { fieldManager: MANAGER, force: true }
    const written = await objects.apply({ ...wanted, metadata: { ...wanted.metadata, ...bound } }, options, context.signal)
    if (written.is === 'written') return untilSteady(written.object, changing)
  }
}

/** An apply would change nothing: we have applied it, and it is as the dry run said; where none said it, it has all that the manifest says. */
function isAsApplied(manifest: KubernetesObject, { kind, uid, leaves }: ObjectBefore, live: KubernetesObject): boolean {
  if (!isApplied(live)) return false
  const isTold = uid !== undefined && kind !== 'Secret'
  if (isTold) return leaves.every(leaf => equal(valueAt(live, leaf.path), leaf.after))
  return differingLeaves(live as unknown as Json, manifest as unknown as Json).every(({ after }) => after === undefined)
}

async function patchOne(before: ObjectBefore, changing: Changing): Promise<string> {
  const { objects, context } = changing
  for (;;) {
    context.signal.throwIfAborted()
    const live = await theVeryOne(before, changing)
    const left = before.leaves.filter(leaf => !equal(valueAt(live, leaf.path), leaf.after))
    if (left.length === 0) return untilSteady(live, changing)
    const after = left.reduce((copy, leaf) => withValueAt(copy, leaf.path, leaf.after), live)
    const version = { op: 'test', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion ?? '' } as const
    const patch = [version, ...patchBetween(live, after)]
    const written = await objects.patch(refOf(live), patch, { fieldManager: RUN_MANAGER }, context.signal)
    if (written.is === 'written') return untilSteady(written.object, changing)
  }
}

async function deleteOne(before: ObjectBefore, changing: Changing): Promise<string> {
  const { objects, namespace, context } = changing
  const ref = named(before, namespace)
  const live = await objects.get(refOf(ref), context.signal)
  if (!live) return `${objectName(ref)} is gone`
  if (live.metadata.uid !== before.uid) throw failures.MADE_AGAIN({ object: objectName(ref) })
  if (live.metadata.deletionTimestamp === undefined)
    await objects.remove(refOf(live), { uid: live.metadata.uid ?? '', propagation: 'Foreground' }, context.signal)
  return watched(live, changing, object => (object?.metadata.uid === live.metadata.uid ? undefined : `${objectName(ref)} is gone`))
}
