import type { Json, JsonPatch, KubernetesObject } from '#base/index.ts'
import { objectName, pointer } from '#base/index.ts'
import { patchBetween } from '../leaves.ts'
import { MARK, withMark } from '../marks.ts'
import type { Run } from '../observed.ts'
import { MANAGER, RUN_MANAGER } from '../ownership.ts'

/**
 * One write to the API server, with its preconditions. `says` is for people; `after` is the object as it will be, for plan and diff.
 * A patch's preconditions stand first in it; an apply to an existing object carries its uid, so that a deleted object is not made again.
 */
export type Write =
  | {
      readonly is: 'patch'
      readonly object: KubernetesObject
      readonly after: KubernetesObject
      readonly patch: JsonPatch
      readonly manager: string
      readonly says: string
    }
  | { readonly is: 'create'; readonly object: KubernetesObject; readonly manager: string; readonly says: string }
  | {
      readonly is: 'apply'
      readonly object: KubernetesObject
      /** The live object; absent where the apply creates. */
      readonly live?: KubernetesObject
      readonly force: boolean
      readonly manager: string
      readonly says: string
    }
  | { readonly is: 'delete'; readonly object: KubernetesObject; readonly says: string }

/**
 * A workload's status moves by itself: where it bears a mark of ours, that and the version of the spec are tested, so that a write that lands after
 * a later goal has begun, or after the run's end, fails. Everything else is tested whole, be it a workload that has no mark yet (a patch cannot
 * test that there is none). So is a HorizontalPodAutoscaler, whose spec has no version: a floor that lands late never lowers the one of a later
 * run. A ScaledObject is never marked, and its status moves all the time.
 */
function preconditions(object: KubernetesObject): JsonPatch {
  const { uid, generation, resourceVersion, annotations } = object.metadata
  const mark = annotations?.[MARK]
  const isSame = { op: 'test', path: '/metadata/uid', value: uid ?? null } as const
  const ofSpec = generation === undefined ? [] : [{ op: 'test', path: '/metadata/generation', value: generation } as const]
  if (object.kind === 'ScaledObject') return [isSame, ...ofSpec]
  if (object.kind === 'Deployment' && mark !== undefined)
    return [isSame, ...ofSpec, { op: 'test', path: pointer('metadata', 'annotations', MARK), value: mark }]
  return [isSame, { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion ?? '' }]
}

/** The object with the mark of the goal that is being reached. */
export function withRunMark(object: KubernetesObject, { release, number }: Run): KubernetesObject {
  return withMark(object, { execution: release.execution, number })
}

/** A patch that turns an object into `after`, leaf by leaf, and raises the run's mark on it. */
export function marked(object: KubernetesObject, after: KubernetesObject, run: Run, says: string): Write {
  return patch(object, withRunMark(after, run), says)
}

/** The same without the mark, for objects that are not fenced. */
export function patch(object: KubernetesObject, after: KubernetesObject, says: string): Write {
  const operations = [...preconditions(object), ...patchBetween(object, after)]
  return { is: 'patch', object, after, patch: operations, manager: RUN_MANAGER, says: `${objectName(object)}: ${says}` }
}

/** Puts other managers' entries in place of an object's managedFields. Must be a write of its own: in a patch that changes a field its maker comes back. */
export function manage(object: KubernetesObject, managedFields: Json, says: string): Write {
  const operations: JsonPatch = [...preconditions(object), { op: 'replace', path: '/metadata/managedFields', value: managedFields }]
  return { is: 'patch', object, after: object, patch: operations, manager: RUN_MANAGER, says: `${objectName(object)}: ${says}` }
}

export function apply(object: KubernetesObject, live: KubernetesObject | undefined, says: string): Write {
  const { uid, resourceVersion } = live?.metadata ?? {}
  const metadata = {
    ...object.metadata,
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  }
  const body = { ...object, metadata }
  return { is: 'apply', object: body, ...(live ? { live } : {}), force: true, manager: MANAGER, says: `${objectName(object)}: ${says}` }
}

export function create(object: KubernetesObject, says: string): Write {
  return { is: 'create', object, manager: RUN_MANAGER, says: `${objectName(object)}: ${says}` }
}

export function remove(object: KubernetesObject, says: string): Write {
  return { is: 'delete', object, says: `${objectName(object)}: ${says}` }
}
