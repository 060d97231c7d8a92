import { objectName, type Json, type KubernetesObject } from '#base/index.ts'
import { objectsOf, refOf, type Objects } from '#delegate/kubernetes/index.ts'
import type { ReleaseContext, ReleaseSurroundings } from '#delegate/release/index.ts'
import {
  differingLeaves,
  isOneShot,
  MANAGER,
  objectKey,
  replicasOf,
  rollsPods,
  scales,
  withPods,
  withValueAt,
  type Leaf,
  type Release,
  type Snapshot,
} from '#model/release/index.ts'
import type { ObjectBefore, ObjectsChange } from '#protocol/index.ts'
import { refuseOwn, refuseTraffic } from './carries.ts'
import { failures } from './failures.ts'

export interface LookAt {
  readonly release: Release
  readonly snapshot: Snapshot
  readonly change: ObjectsChange
  readonly givesBack: boolean
}

/** An object as it is, and as the step would leave it. */
export interface LookedAt {
  readonly before: ObjectBefore
  readonly live?: KubernetesObject
  /** Absent where it is deleted. */
  readonly after?: KubernetesObject
}

/**
 * Reads what a step will change, and dry-runs it on the server. Writes nothing. `imagined`: objects as earlier steps of the same plan leave them.
 */
export async function lookAtObjects(
  { release, snapshot, change, givesBack }: LookAt,
  context: ReleaseContext,
  surroundings: ReleaseSurroundings,
  imagined: Imagined = new Map(),
): Promise<readonly LookedAt[]> {
  const objects = objectsOf(await surroundings.cluster(release.cluster), surroundings)
  const looking: Looking = { objects, release, snapshot, givesBack, imagined, signal: context.signal }
  if (change.is === 'scale') return [await lookAtScale(change, looking)]
  const named = ({ apiVersion, kind, name }: { readonly apiVersion: string; readonly kind: string; readonly name: string }) => ({
    apiVersion,
    kind,
    metadata: { name, namespace: release.namespace },
  })
  const all =
    change.is === 'delete'
      ? change.objects.map(named)
      : (JSON.parse(await context.content(change.manifests)) as readonly KubernetesObject[])
  return Promise.all(all.map(each => (change.is === 'delete' ? lookAtDelete(each, looking) : lookAtApply(each, looking))))
}

/** By their keys; undefined: deleted. */
export type Imagined = ReadonlyMap<string, KubernetesObject | undefined>

/** The object as it is, or as it will be by then. */
function liveOf(ref: KubernetesObject, { objects, imagined, signal }: Looking): Promise<KubernetesObject | undefined> {
  const key = objectKey(ref)
  return imagined.has(key) ? Promise.resolve(imagined.get(key)) : objects.get(refOf(ref), signal)
}

interface Looking {
  readonly objects: Objects
  readonly release: Release
  readonly snapshot: Snapshot
  readonly givesBack: boolean
  readonly imagined: Imagined
  readonly signal: AbortSignal
}

type Identity = Pick<ObjectBefore, 'apiVersion' | 'kind' | 'name' | 'uid'>

function identity({ apiVersion, kind, metadata: { name, uid } }: KubernetesObject): Identity {
  return { apiVersion, kind, name, ...(uid === undefined ? {} : { uid }) }
}

async function lookAtScale({ workload, to }: Extract<ObjectsChange, { is: 'scale' }>, looking: Looking): Promise<LookedAt> {
  const { release, snapshot } = looking
  const { apiVersion, kind, name } = workload
  const ref = { apiVersion, kind, metadata: { name, namespace: release.namespace } }
  refuseOwn(ref, release, snapshot)
  const live = await liveOf(ref, looking)
  if (!live) throw failures.MISSING({ object: objectName(ref) })
  const autoscaler = await autoscalerOf(live, looking)
  if (autoscaler) throw failures.AUTOSCALED({ object: objectName(live), autoscaler: objectName(autoscaler) })
  const present = replicasOf(live)
  const wanted = 'count' in to ? to.count : Math.round((to.percent / 100) * present)
  const leaves: Leaf[] = wanted === present ? [] : [{ path: ['spec', 'replicas'], before: present, after: wanted }]
  const says = `${objectName(live)}: ${present} → ${wanted} pods`
  return { before: { ...identity(live), leaves, says }, live, after: withValueAt(live, ['spec', 'replicas'], wanted) }
}

async function autoscalerOf(workload: KubernetesObject, { objects, release, signal }: Looking): Promise<KubernetesObject | undefined> {
  const collection = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace: release.namespace }
  return (await objects.list(collection, signal)).items.find(each => scales(each, workload))
}

/** The number of pods of a workload is not its file's to say where an autoscaler decides it, or the file is silent. */
async function keepsPods(manifest: KubernetesObject, live: KubernetesObject | undefined, looking: Looking): Promise<boolean> {
  if (!live || !rollsPods(manifest) || manifest.kind === 'DaemonSet') return false
  return withPods(manifest, live, false) !== manifest || (await autoscalerOf(live, looking)) !== undefined
}

async function lookAtApply(manifest: KubernetesObject, looking: Looking): Promise<LookedAt> {
  const { objects, release, snapshot, givesBack, imagined, signal } = looking
  refuseOwn(manifest, release, snapshot)
  const live = await liveOf(manifest, looking)
  // A dry run beside an object that will be another one by then would tell nothing.
  const keeps = await keepsPods(manifest, live, looking)
  const wanted = withPods(manifest, live, keeps)
  const after = imagined.has(objectKey(manifest)) ? wanted : await dryRun(wanted, objects, signal)
  if (!live) return { before: { ...identity(manifest), leaves: [], says: `${objectName(manifest)}: created` }, after }
  const leaves = differingLeaves(live as unknown as Json, after as unknown as Json).filter(isWritten)
  if (manifest.kind === 'Secret' && leaves.length > 0 && givesBack)
    throw failures.NOT_GIVEN_BACK({ object: objectName(live), why: 'what a Secret holds is never recorded' })
  const says = `${objectName(live)}: ${leaves.length === 0 ? 'as in its file already' : 'as in its file'}`
  const told = { leaves: manifest.kind === 'Secret' ? [] : [...leaves], says, ...(keeps ? { keepsPods: true } : {}) }
  return { before: { ...identity(live), ...told }, live, after }
}

/** What the server keeps by itself is nobody's to give back. */
const serverKept = new Set(['resourceVersion', 'generation', 'managedFields', 'uid', 'creationTimestamp', 'deletionTimestamp', 'selfLink'])

function isWritten({ path: [head, second] }: Leaf): boolean {
  return head !== 'status' && !(head === 'metadata' && serverKept.has(String(second)))
}

async function dryRun(manifest: KubernetesObject, objects: Objects, signal: AbortSignal): Promise<KubernetesObject> {
  const options = { fieldManager: MANAGER, dryRun: true }
  const gentle = await objects.apply(manifest, options, signal)
  if (gentle.is === 'written') return gentle.object
  const foreign = gentle.is === 'conflicts' ? gentle.conflicts.find(({ manager }) => !isOneShot(manager)) : undefined
  if (foreign) throw failures.OWNED({ object: objectName(manifest), owner: foreign.manager, field: foreign.field })
  const forced = await objects.apply(manifest, { ...options, force: true }, signal)
  return forced.is === 'written' ? forced.object : manifest
}

/** Why an object is not made again on the way back; undefined where it is. */
function notMadeAgain({ kind }: KubernetesObject): string | undefined {
  if (kind === 'Job' || kind === 'Pod') return 'not made again on the way back: it would run once more'
  return undefined
}

/** What is gone with an object for good. */
const lost: Readonly<Record<string, string>> = {
  Secret: 'what a Secret holds is never recorded',
  PersistentVolumeClaim: 'its data goes with it',
}

async function lookAtDelete(wanted: KubernetesObject, looking: Looking): Promise<LookedAt> {
  const { objects, release, snapshot, givesBack, signal } = looking
  refuseOwn(wanted, release, snapshot)
  const live = await liveOf(wanted, looking)
  if (!live) return { before: { ...identity(wanted), leaves: [], says: `${objectName(wanted)}: is not there` } }
  await refuseTraffic(live, objects, signal)
  const why = lost[live.kind]
  if (why !== undefined && givesBack) throw failures.NOT_GIVEN_BACK({ object: objectName(live), why })
  const stays = why ?? notMadeAgain(live)
  const says = `${objectName(live)}: deleted${stays === undefined ? '' : ` (${stays})`}`
  const kept = stays === undefined ? { object: asCreated(live) as unknown as Json as never } : {}
  return { before: { ...identity(live), leaves: [], ...kept, says }, live }
}

/** As somebody would create it. */
function asCreated(live: KubernetesObject): KubernetesObject {
  const { status: _, ...object } = live
  const metadata = Object.fromEntries(Object.entries(live.metadata).filter(([key]) => !serverKept.has(key)))
  return { ...object, metadata: metadata as unknown as KubernetesObject['metadata'] }
}
