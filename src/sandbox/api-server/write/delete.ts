import type { KubernetesObject } from '#base/index.ts'
import { kindSubject, type Core, type Write } from '../core.ts'
import { timestamp } from '../identity.ts'
import { equal, without } from '../json.ts'
import { resourceName, type Resource } from '../resource.ts'
import { conflict } from '../status.ts'
import { admit } from './admit.ts'
import { storedObject, type Place } from './update.ts'

export interface DeleteOptions {
  readonly dryRun: boolean
  readonly uid?: string | undefined
  readonly resourceVersion?: string | undefined
  /** Seconds; of pods only. */
  readonly grace?: number | undefined
  readonly propagation?: string | undefined
}

export interface Deletion {
  /** False: the object is marked, and stays until what holds it lets go. */
  readonly gone: boolean
  readonly object: KubernetesObject
}

/** Finalizers that the garbage collector answers. */
const finalizerOf: Readonly<Record<string, string>> = { Orphan: 'orphan', Foreground: 'foregroundDeletion' }
const collected = Object.values(finalizerOf)

/** Deletes at once, or marks for deletion while finalizers, a grace period or a namespace's content hold it. */
export function deleteObject(core: Core, resource: Resource, place: Place, options: DeleteOptions): Deletion {
  const old = storedObject(core, resource, place)
  checkPreconditions(resource, old, options)
  const write: Write = {
    manager: '',
    version: resource.versions[0] ?? '',
    subresource: undefined,
    dryRun: options.dryRun,
    fieldValidation: 'Ignore',
    warnings: [],
  }
  admit(core, 'DELETE', old, old, write)
  const marked = mark(core, resource, old, options)
  if (!isHeld(marked)) {
    if (!options.dryRun) core.store.remove(resourceName(resource), old)
    return { gone: true, object: resource.returnsDeleted ? marked : old }
  }
  if (options.dryRun || equal(marked, old)) return { gone: false, object: marked }
  return { gone: false, object: core.store.put(resourceName(resource), marked) }
}

function checkPreconditions(resource: Resource, { metadata }: KubernetesObject, { uid, resourceVersion }: DeleteOptions): void {
  const differs = (what: string, asked: string, is: string | undefined, so: string): never => {
    const because = `the ${what} in the precondition (${asked}) does not match the ${what} in record (${is}). The object might have been ${so}`
    throw conflict({ ...kindSubject(resource, metadata.name), group: '' }, because)
  }
  if (uid && uid !== metadata.uid) differs('UID', uid, metadata.uid, 'deleted and then recreated')
  if (resourceVersion && resourceVersion !== metadata.resourceVersion)
    differs('ResourceVersion', resourceVersion, metadata.resourceVersion, 'modified')
}

const isPod = ({ kind, group }: Resource): boolean => kind === 'Pod' && group === ''

/** The object under deletion: since when, how long it may take, who is to be asked. */
function mark(core: Core, resource: Resource, old: KubernetesObject, options: DeleteOptions): KubernetesObject {
  const isNamespace = resource.kind === 'Namespace'
  const grace = isPod(resource) ? gracePeriod(old, options.grace) : 0
  const finalizers = finalizersFor(old, options.propagation)
  const { deletionTimestamp, generation } = old.metadata
  const metadata = {
    ...without(old.metadata, 'finalizers'),
    ...(finalizers.length > 0 ? { finalizers } : {}),
    ...(isNamespace ? {} : { deletionGracePeriodSeconds: grace }),
    ...(generation !== undefined && !deletionTimestamp ? { generation: generation + 1 } : {}),
    deletionTimestamp: deletionTimestamp ?? timestamp(core.clock.now() + grace * 1000),
  }
  return { ...old, metadata, ...(isNamespace ? { status: { ...(old.status as object), phase: 'Terminating' } } : {}) }
}

/** What the chosen propagation asks of the garbage collector, besides the finalizers of others. */
function finalizersFor({ metadata }: KubernetesObject, propagation: string | undefined): readonly string[] {
  const given = metadata.finalizers ?? []
  if (!propagation) return given
  const asked = finalizerOf[propagation]
  return [...given.filter(name => !collected.includes(name)), ...(asked ? [asked] : [])]
}

/** A pod that no node runs goes at once; a second request can only shorten the first one's period. */
function gracePeriod(pod: KubernetesObject, asked: number | undefined): number {
  const { nodeName, terminationGracePeriodSeconds = 30 } = pod.spec as { nodeName?: string; terminationGracePeriodSeconds?: number }
  if (!nodeName) return 0
  const wanted = asked ?? terminationGracePeriodSeconds
  const running = pod.metadata['deletionGracePeriodSeconds']
  return typeof running === 'number' ? Math.min(running, wanted) : wanted
}

function isHeld({ kind, metadata, spec }: KubernetesObject): boolean {
  if (metadata.finalizers?.length) return true
  if (kind === 'Namespace') return ((spec as { finalizers?: readonly string[] } | undefined)?.finalizers ?? []).length > 0
  return Number(metadata['deletionGracePeriodSeconds'] ?? 0) > 0
}
