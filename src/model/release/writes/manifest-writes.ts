import type { Json, KubernetesObject } from '#base/index.ts'
import { routeFailure } from '#model/traffic/index.ts'
import { equal, valueAt, withValueAt } from '../leaves.ts'
import { brought, heldBack, changedMeanwhile, restoredAsOurs, unconfigured, unrestored } from '../manifest-work.ts'
import { beforeOf, objectKey, oursOf, type Observed, type Run, type Seen } from '../observed.ts'
import {
  hasContent,
  isOurApply,
  managedEntries,
  MANAGER,
  mergeFields,
  mergeOwners,
  ownsSpec,
  RUN_MANAGER,
  withoutMetadata,
} from '../ownership.ts'
import { changedWorkloads, keyOf, templateLeaf, type Entry } from '../plain/entries.ts'
import { withKept, withPods } from '../plain/kept.ts'
import { routerFor } from '../holders.ts'
import { needed } from './needed.ts'
import { apply, manage, patch, remove, type Write } from './write.ts'

export function configurationWrite(observed: Observed, run: Run): Write {
  const object = needed(unconfigured(observed, run)[0], 'an object that the canary needs')
  return apply(object, undefined, 'created')
}

/** The next manifest; the live split of the managed route is kept in it, an apply never resets it. One-shot owners are merged into ours first. */
export function manifestWrite(observed: Observed, run: Run, applied: Seen['applied']): Write {
  const object = needed(heldBack(observed, applied, run)[0], 'a manifest to apply')
  const live = liveOf(object, observed)
  const merged = live && mergeOwners(live, MANAGER)
  if (live && merged) return manage(live, merged, 'adopted: fields of one-shot tools become ours')
  if (run.release.plain !== undefined) return plainWrite(object, live, run)
  return apply(live ? withLive(object, live, observed, run) : object, live, live ? 'as in the manifests' : 'created')
}

/** Behind a changed template pods are replaced, and going back replaces them again. */
function plainWrite(object: KubernetesObject, live: KubernetesObject | undefined, run: Run): Write {
  const entry = entryOf(object, run)
  const says = entry && templateLeaf(entry) ? `template of version ${run.release.version}` : 'as in the manifests'
  return apply(withKept(object, live, run.release, entry?.workload), live, live ? says : 'created')
}

function entryOf(object: KubernetesObject, { snapshot }: Run): Entry | undefined {
  return snapshot.manifests.find(entry => keyOf(entry) === objectKey(object))
}

function liveOf(object: KubernetesObject, observed: Observed): KubernetesObject | undefined {
  const key = objectKey(object)
  const traffic = [observed.stable, ...observed.routes, observed.rule].find(each => each !== undefined && objectKey(each) === key)
  return traffic ?? observed.others[key]
}

/** What is not the manifest's to say: the split of a managed route, and a number of pods that it was not to change when the run began. */
function withLive(object: KubernetesObject, live: KubernetesObject, observed: Observed, run: Run): KubernetesObject {
  const changes = entryOf(object, run)?.before?.leaves.some(({ path }) => path.join('.') === 'spec.replicas')
  return withPods(withLiveSplit(object, live, observed, run), live, changes !== true)
}

function withLiveSplit(object: KubernetesObject, live: KubernetesObject, { routes }: Observed, run: Run): KubernetesObject {
  if (!routes.includes(live)) return object
  const ours = oursOf(run)
  const router = routerFor(live)
  const split = router.readSplit(live, ours)
  const [first] = split.is === 'done' ? split.value : []
  if (!first?.pinned) return object
  const kept = router.writeSplit(
    object,
    ours,
    first.rows.map(({ to, percent }) => ({ to, weight: percent })),
  )
  if (kept.is === 'refused') throw routeFailure(object, kept.problem)
  return kept.value
}

/** The next object's leaves as the snapshot says, where they still are as our manifest put them. */
export function restoreManifestWrite(observed: Observed, run: Run): Write {
  const { object, entry } = needed(unrestored(observed, run)[0], 'an object to restore')
  const leaves = (entry.before?.leaves ?? []).filter(leaf => equal(valueAt(object, leaf.path), leaf.after))
  const after = leaves.reduce((copy, leaf) => withValueAt(copy, leaf.path, leaf.before as Json | undefined), object)
  return patch(object, after, 'restored')
}

export function removeBroughtWrite(observed: Observed, run: Run): Write {
  return remove(needed(brought(observed, run)[0], 'an object that the run brought'), 'removed: the run brought it')
}

export function pruneWrite({ outlived }: Observed): Write {
  return remove(needed(outlived?.[0], 'an object that nothing needs'), 'deleted: no revision needs it any more')
}

/** The next object of which the run still owns part (of what carries the traffic: of the spec, as its mark goes later): to the owners of the snapshot, or to us where we have applied it. */
export function returnOwnershipWrite(observed: Observed, run: Run, goingBack: boolean): Write {
  const sides = [
    ...observed.routes.map(route => [route, beforeOf(route, run)] as const),
    [observed.rule, run.snapshot.rule] as const,
    [observed.stable, run.snapshot.stable] as const,
    ...changedWorkloads(observed, run).map(object => [object, entryOf(object, run)?.before] as const),
    ...changedMeanwhile(observed, run),
  ]
  const [beside] = restoredAsOurs(observed, run)
  const [found, before] = sides.find(([object]) => ownsSpec(object, RUN_MANAGER)) ?? (beside ? [beside.object, beside.before] : [])
  const object = needed(found, 'an object whose ownership is to be returned')
  const applied = ownsSpec(object, MANAGER) && !goingBack
  return manage(
    object,
    applied || before?.managedFields === undefined ? withoutRun(object) : (before.managedFields as Json),
    'ownership of its fields given back',
  )
}

/** The run's own entry goes to the manager that applied the manifest. */
function withoutRun(object: KubernetesObject): Json {
  const entries = managedEntries(object)
  const run = entries.filter(entry => entry.manager === RUN_MANAGER && hasContent(entry))
  const kept = entries.filter(entry => !run.includes(entry))
  const ours = kept.find(isOurApply)
  if (!ours) return kept as unknown as Json
  const fieldsV1 = [ours.fieldsV1 ?? {}, ...run.map(withoutMetadata)].reduce(mergeFields)
  return kept.map(entry => (entry === ours ? { ...entry, fieldsV1 } : entry)) as unknown as Json
}
