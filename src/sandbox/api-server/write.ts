import { randomName, type KubernetesObject, type ObjectMeta } from '#base/index.ts'
import { newUid, timestamp, type Sources } from './identity.ts'
import { equal, without } from './json.ts'
import { apiVersionOf, resourceName, type Resource, type Subresource } from './resource.ts'
import { alreadyExists, conflict, failure, forbidden, invalid, notFound, stale, type Subject } from './status.ts'
import type { Store } from './store.ts'

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE'

/** A validating webhook: it looks at what is about to be stored and may refuse, or warn. */
export interface Admission {
  readonly name: string
  review(
    operation: Operation,
    object: KubernetesObject,
    old: KubernetesObject | undefined,
    dryRun: boolean,
  ): { readonly denied?: string; readonly warnings?: readonly string[] }
}

/** What every write needs: where things are kept, time and chance, who may object. */
export interface Core extends Sources {
  readonly store: Store
  readonly admission: readonly Admission[]
}

/** How a write is meant. `warnings` collects what the answer's headers will say. */
export interface WriteOptions {
  readonly manager: string
  readonly dryRun: boolean
  readonly warnings: string[]
  readonly subresource?: Subresource | undefined
}

export interface DeleteOptions {
  readonly dryRun: boolean
  readonly uid?: string | undefined
  readonly resourceVersion?: string | undefined
  readonly grace?: number | undefined
  readonly propagation?: string | undefined
}

const subjectOf = (resource: Resource, name: string): Subject => ({ group: resource.group, resource: resource.plural, name })
const kindSubject = (resource: Resource, name: string): Subject => ({ group: resource.group, resource: resource.kind, name })

/** The object in storage form: the preferred version of its group. */
const stored = (resource: Resource, object: KubernetesObject): KubernetesObject => ({
  ...object,
  apiVersion: apiVersionOf(resource.group, resource.versions[0] ?? ''),
  kind: resource.kind,
})

function review(
  core: Core,
  operation: Operation,
  object: KubernetesObject,
  old: KubernetesObject | undefined,
  options: WriteOptions,
): void {
  for (const webhook of core.admission) {
    const { denied, warnings = [] } = webhook.review(operation, object, old, options.dryRun)
    options.warnings.push(...warnings)
    if (denied !== undefined)
      throw failure({ code: 400, message: `admission webhook "${webhook.name}" denied the request: ${denied}`, reason: 'BadRequest' })
  }
}

function requireNamespace(core: Core, resource: Resource, namespace: string, name: string): void {
  if (!resource.namespaced) return
  const found = core.store.get('namespaces', '', namespace)
  if (!found) throw notFound({ group: '', resource: 'namespaces', name: namespace })
  if (!found.metadata.deletionTimestamp) return
  const because = `unable to create new content in namespace ${namespace} because it is being terminated`
  throw forbidden(subjectOf(resource, name), because)
}

export function createObject(
  core: Core,
  resource: Resource,
  namespace: string,
  input: KubernetesObject,
  options: WriteOptions,
): KubernetesObject {
  if (input.metadata.resourceVersion) throw failure({ code: 500, message: 'resourceVersion should not be set on objects to be created' })
  const given = input.metadata['generateName']
  const name = input.metadata.name || (typeof given === 'string' && given ? given + randomName(core.random, 5) : '')
  if (!name)
    throw invalid(kindSubject(resource, ''), [
      { reason: 'FieldValueRequired', field: 'metadata.name', message: 'Required value: name or generateName is required' },
    ])
  requireNamespace(core, resource, namespace, name)
  const object = stored(resource, {
    ...input,
    metadata: {
      ...without(input.metadata, 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink'),
      name,
      ...(resource.namespaced ? { namespace } : {}),
      uid: newUid(core.random),
      ...(countsGeneration(resource) ? { generation: 1 } : {}),
      creationTimestamp: timestamp(core.clock.now()),
    },
  })
  review(core, 'CREATE', object, undefined, options)
  const id = resourceName(resource)
  if (core.store.get(id, namespace, name)) throw alreadyExists(subjectOf(resource, name))
  if (options.dryRun) return object
  return core.store.put(id, object)
}

const countsGeneration = (resource: Resource): boolean =>
  resource.custom || (resource.subresources.includes('status') && !['Service', 'Namespace', 'Node'].includes(resource.kind))

/** Everything but metadata and status decides about the generation. */
const desired = (object: KubernetesObject): object => without(object, 'apiVersion', 'kind', 'metadata', 'status')

/** Replaces what the subresource (or its absence) allows to be replaced. */
export function updateObject(
  core: Core,
  resource: Resource,
  namespace: string,
  input: KubernetesObject,
  options: WriteOptions,
): KubernetesObject {
  const id = resourceName(resource)
  const name = input.metadata.name
  const old = core.store.get(id, namespace, name)
  if (!old) throw notFound(subjectOf(resource, name))
  checkPreconditions(resource, namespace, input, old)
  const merged = mergeUpdate(resource, old, input, options.subresource)
  if (equal(merged, old)) return old
  review(core, 'UPDATE', merged, old, options)
  if (options.dryRun) return merged
  if (merged.metadata.deletionTimestamp && !merged.metadata.finalizers?.length) {
    core.store.remove(id, old)
    return merged
  }
  return core.store.put(id, merged)
}

function checkPreconditions(resource: Resource, namespace: string, input: KubernetesObject, old: KubernetesObject): void {
  const { name, uid, resourceVersion } = input.metadata
  if (uid && uid !== old.metadata.uid) {
    const key = `/registry/${resource.group ? `${resource.group}/` : ''}${resource.plural}/${namespace}/${name}`
    const because = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`
    throw conflict(subjectOf(resource, name), because)
  }
  if (!resourceVersion && resource.custom)
    throw invalid(subjectOf(resource, name), [
      { reason: 'FieldValueInvalid', field: 'metadata.resourceVersion', message: 'Invalid value: 0: must be specified for an update' },
    ])
  if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) throw stale(subjectOf(resource, name))
}

const serverFields = ['namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp'] as const

/** What no client can change. */
const kept = (metadata: ObjectMeta): Partial<ObjectMeta> =>
  Object.fromEntries(serverFields.flatMap(key => (metadata[key] === undefined ? [] : [[key, metadata[key]]])))

function mergeUpdate(
  resource: Resource,
  old: KubernetesObject,
  input: KubernetesObject,
  subresource: Subresource | undefined,
): KubernetesObject {
  const given = subresource === 'status' ? { ...old, status: input.status } : stored(resource, input)
  const status = resource.subresources.includes('status') && subresource !== 'status' ? { status: old.status } : {}
  const next = { ...given, ...status, metadata: { ...input.metadata, ...kept(old.metadata) } }
  if (!countsGeneration(resource) || equal(desired(next), desired(old))) return next
  return { ...next, metadata: { ...next.metadata, generation: (old.metadata.generation ?? 0) + 1 } }
}

/** Deletes at once, or marks for deletion while finalizers (or a grace period) hold it. */
export function deleteObject(
  core: Core,
  resource: Resource,
  namespace: string,
  name: string,
  options: DeleteOptions,
): { readonly gone: boolean; readonly object: KubernetesObject } {
  const id = resourceName(resource)
  const old = core.store.get(id, namespace, name)
  if (!old) throw notFound(subjectOf(resource, name))
  checkDeletion(resource, old, options)
  const grace = resource.kind === 'Pod' && resource.group === '' ? gracePeriod(old, options.grace) : 0
  if (!old.metadata.finalizers?.length && grace === 0) {
    if (!options.dryRun) core.store.remove(id, old)
    return { gone: true, object: old }
  }
  const marked = {
    ...old,
    metadata: {
      ...old.metadata,
      deletionTimestamp: old.metadata.deletionTimestamp ?? timestamp(core.clock.now() + grace * 1000),
      deletionGracePeriodSeconds: grace,
    },
  }
  if (options.dryRun || equal(marked, old)) return { gone: false, object: marked }
  return { gone: false, object: core.store.put(id, marked) }
}

function checkDeletion({ kind }: Resource, { metadata }: KubernetesObject, { uid, resourceVersion }: DeleteOptions): void {
  const differs = (what: string, asked: string, is: string | undefined, so: string): never => {
    const because = `the ${what} in the precondition (${asked}) does not match the ${what} in record (${is}). The object might have been ${so}`
    throw conflict({ group: '', resource: kind, name: metadata.name }, because)
  }
  if (uid && uid !== metadata.uid) differs('UID', uid, metadata.uid, 'deleted and then recreated')
  if (resourceVersion && resourceVersion !== metadata.resourceVersion)
    differs('ResourceVersion', resourceVersion, metadata.resourceVersion, 'modified')
}

function gracePeriod(pod: KubernetesObject, asked: number | undefined): number {
  const { nodeName, terminationGracePeriodSeconds = 30 } = (pod.spec ?? {}) as {
    nodeName?: string
    terminationGracePeriodSeconds?: number
  }
  return nodeName ? (asked ?? terminationGracePeriodSeconds) : 0
}
