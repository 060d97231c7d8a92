import type { KubernetesObject } from '#base/index.ts'
import type { Core, Write } from '../core.ts'
import { readOwnerships, writeOwnerships, type Owner, type Ownership } from '../fields/managers.ts'
import type { Tracking } from '../fields/ownership.ts'
import { timestamp } from '../identity.ts'
import { equal, isObject, without, type JsonObject } from '../json.ts'
import { apiVersionOf, type Resource, type Subresource } from '../resource.ts'

/** Branches of an object that a kind of write does not touch, so nobody comes to own them by it. */
function ignored(resource: Resource, subresource: Subresource | undefined): readonly (readonly string[])[] {
  if (!resource.subresources.includes('status')) return []
  if (subresource !== 'status') return [['f:status']]
  return resource.custom ? [['f:spec'], ['f:metadata']] : [['f:spec']]
}

export const trackingOf = (core: Core, resource: Resource, { version, subresource }: Write): Tracking => ({
  type: resource.type(version),
  ignored: ignored(resource, subresource),
  now: timestamp(core.clock.now()),
})

export const ownerOf = (resource: Resource, { manager, version, subresource }: Write, operation: Owner['operation']): Owner => ({
  manager,
  operation,
  apiVersion: apiVersionOf(resource.group, version),
  subresource: subresource ?? '',
})

/** The object with this ownership written into its metadata. */
export function withOwnerships(object: KubernetesObject, ownerships: readonly Ownership[]): KubernetesObject {
  const managedFields = writeOwnerships(ownerships)
  const metadata = without(object.metadata, 'managedFields')
  return { ...object, metadata: managedFields ? { ...metadata, managedFields: managedFields as never } : metadata }
}

export const storedOwnerships = (object: KubernetesObject): readonly Ownership[] => readOwnerships(object.metadata.managedFields) ?? []

/**
 * The ownership that a write begins with: the client's, if its object brings one; `[{}]` clears it;
 * the stored one where the client's is empty or cannot be read, or the write goes through a subresource.
 */
export function ownershipsToBegin(
  next: KubernetesObject,
  old: KubernetesObject,
  subresource: Subresource | undefined,
): readonly Ownership[] {
  const given = next.metadata.managedFields
  if (subresource || !Array.isArray(given) || given.length === 0 || equal(given, old.metadata.managedFields)) return storedOwnerships(old)
  const [only] = given
  if (given.length === 1 && isObject(only) && Object.keys(only).length === 0) return []
  return readOwnerships(given) ?? storedOwnerships(old)
}

/** Without managedFields where they are the stored ones: a write begins with those in any case, and they need not be read for that. */
export function withoutOwners<T extends JsonObject>(object: T, live: KubernetesObject): T {
  const { metadata } = object
  if (!isObject(metadata) || metadata['managedFields'] !== live.metadata.managedFields) return object
  return { ...object, metadata: without(metadata, 'managedFields') }
}

/** Equal but for the times in managedFields: such a write changes nothing. */
export function changesNothing(next: KubernetesObject, old: KubernetesObject): boolean {
  const bare = (object: KubernetesObject): object => ({ ...object, metadata: without(object.metadata, 'managedFields') })
  if (!equal(bare(next), bare(old))) return false
  const untimed = (object: KubernetesObject): unknown =>
    Array.isArray(object.metadata.managedFields) ? object.metadata.managedFields.map(entry => without(entry as object, 'time')) : []
  return equal(untimed(next), untimed(old))
}
