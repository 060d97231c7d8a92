import type { KubernetesObject, ObjectMeta } from '#base/index.ts'
import { kindSubject, resourceSubject, type Core, type Write } from '../core.ts'
import type { Ownership } from '../fields/managers.ts'
import { afterUpdate } from '../fields/ownership.ts'
import { equal, without } from '../json.ts'
import { apiVersionOf, inVersion, resourceName, type Resource } from '../resource.ts'
import { badRequest, invalid, notFound, stale, type FieldError } from '../status.ts'
import { checkChangedMetadata } from '../validation/metadata.ts'
import { admit } from './admit.ts'
import { changesNothing, ownerOf, ownershipsToBegin, trackingOf, withOwnerships } from './tracking.ts'

/** What an object is to become, in the client's version. */
export interface Next {
  readonly object: KubernetesObject
  readonly errors: readonly FieldError[]
  /** Given by an apply, or a write to /scale; else the writer owns what it changed. */
  readonly ownerships?: readonly Ownership[]
}

export interface Place {
  readonly namespace: string
  readonly name: string
}

/** The stored object, or 404. */
export function storedObject(core: Core, resource: Resource, { namespace, name }: Place): KubernetesObject {
  const found = core.store.get(resourceName(resource), resource.namespaced ? namespace : '', name)
  if (!found) throw notFound(resourceSubject(resource, name))
  return found
}

/**
 * Replaces an object by what `make` makes of it (both in the client's version); returns it as stored.
 * Server fields stay, a status is written through its subresource only, and a write that changes nothing is none.
 */
export function updateObject(
  core: Core,
  resource: Resource,
  place: Place,
  write: Write,
  make: (live: KubernetesObject) => Next,
): KubernetesObject {
  const old = storedObject(core, resource, place)
  const live = inVersion(resource, old, write.version)
  const { object: given, errors, ownerships } = make(live)
  checkIdentity(resource, place, given, old)
  const owned = withOwnerships(given, ownerships ?? ownershipsAfter(core, resource, live, given, write))
  const next = prepare(core, resource, owned, old, write)
  check(resource, next, old, errors)
  if (changesNothing(next, old)) return old
  admit(core, 'UPDATE', next, old, write)
  if (write.dryRun) return next
  if (!isReleased(next)) return core.store.put(resourceName(resource), next)
  core.store.remove(resourceName(resource), old)
  return next
}

/** Nothing holds an object under deletion any longer: no finalizers, no grace period, and of a namespace no content. */
function isReleased({ metadata, kind, spec }: KubernetesObject): boolean {
  if (!metadata.deletionTimestamp || metadata.finalizers?.length) return false
  if (kind === 'Namespace') return ((spec as { finalizers?: readonly string[] } | undefined)?.finalizers ?? []).length === 0
  return !metadata['deletionGracePeriodSeconds']
}

function ownershipsAfter(
  core: Core,
  resource: Resource,
  live: KubernetesObject,
  next: KubernetesObject,
  write: Write,
): readonly Ownership[] {
  const begin = ownershipsToBegin(next, live, write.subresource)
  if (begin.length === 0) return []
  return afterUpdate(trackingOf(core, resource, write), live, next, begin, ownerOf(resource, write, 'Update'))
}

function checkIdentity(resource: Resource, { name }: Place, { metadata }: KubernetesObject, old: KubernetesObject): void {
  if (!metadata.name) throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
  if (metadata.name !== name) throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`)
  if (metadata.namespace && metadata.namespace !== old.metadata.namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  if (metadata.resourceVersion && metadata.resourceVersion !== old.metadata.resourceVersion) throw stale(resourceSubject(resource, name))
}

const serverFields = [
  'namespace',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
] as const

/** Metadata of the client with the server's own fields as they were. */
function withServerFields(metadata: ObjectMeta, old: ObjectMeta): ObjectMeta {
  const made: Record<string, unknown> = { ...metadata, uid: metadata.uid ?? old.uid }
  for (const key of serverFields) {
    if (old[key] === undefined) delete made[key]
    else made[key] = old[key]
  }
  return made as unknown as ObjectMeta
}

/** Everything but metadata and status decides about the generation. */
const desired = (object: KubernetesObject): object => without(object, 'apiVersion', 'kind', 'metadata', 'status')

function prepare(core: Core, resource: Resource, given: KubernetesObject, old: KubernetesObject, write: Write): KubernetesObject {
  const converted = resource.conversions[write.version]?.toStored(given) ?? given
  const metadata = withServerFields(given.metadata, old.metadata)
  const stored = { ...converted, apiVersion: apiVersionOf(resource.group, resource.versions[0] ?? ''), metadata }
  if (write.subresource === 'status') return onlyStatus(resource, stored, old)
  const next = resource.subresources.includes('status') ? withStatusOf(stored, old) : stored
  const complete = resource.rules.beforeUpdate?.(next, old, { random: core.random, list: core.store.list }) ?? next
  if (!resource.generation || equal(desired(complete), desired(old))) return complete
  return { ...complete, metadata: { ...complete.metadata, generation: (old.metadata.generation ?? 0) + 1 } }
}

const withStatusOf = (object: KubernetesObject, { status }: KubernetesObject): KubernetesObject =>
  status === undefined ? without(object, 'status') : { ...object, status }

/** Through /status a custom resource takes the status alone, a built-in kind also labels and the like. */
function onlyStatus(resource: Resource, given: KubernetesObject, old: KubernetesObject): KubernetesObject {
  const { managedFields } = given.metadata
  const metadata = resource.custom
    ? { ...without(old.metadata, 'managedFields'), ...(managedFields ? { managedFields } : {}) }
    : given.metadata
  return withStatusOf({ ...old, metadata }, given)
}

function check(resource: Resource, next: KubernetesObject, old: KubernetesObject, found: readonly FieldError[]): void {
  const { rules } = resource
  const errors = [
    ...checkChangedMetadata(next, old),
    ...found,
    ...(rules.checkUpdate?.(next, old) ?? []),
    ...(equal(next, old) ? [] : (rules.check?.(next) ?? [])),
  ]
  if (errors.length > 0) throw invalid(kindSubject(resource, next.metadata.name), errors)
}
