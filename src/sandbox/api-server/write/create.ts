import { randomName, type KubernetesObject } from '#base/index.ts'
import { kindSubject, resourceSubject, type Core, type Write } from '../core.ts'
import { afterUpdate } from '../fields/ownership.ts'
import { readOwnerships, type Ownership } from '../fields/managers.ts'
import { newUid, timestamp } from '../identity.ts'
import { without } from '../json.ts'
import { apiVersionOf, resourceName, type Resource } from '../resource.ts'
import { zero } from '../schema/type.ts'
import { alreadyExists, badRequest, failure, forbidden, invalid, notFound, type FieldError } from '../status.ts'
import { checkNewMetadata } from '../validation/metadata.ts'
import { admit } from './admit.ts'
import { emptyObject } from './decode-object.ts'
import { checkQuotas } from './quota.ts'
import { ownerOf, trackingOf, withOwnerships } from './tracking.ts'

export interface Creation {
  readonly namespace: string
  /** Decoded, in the client's version. */
  readonly object: KubernetesObject
  /** What a custom resource's schema refuses. */
  readonly errors: readonly FieldError[]
  /** Given when an apply creates; else the writer owns what it wrote. */
  readonly ownerships?: readonly Ownership[]
}

/** Length of the random end of a generated name. */
const suffixLength = 5

/** Stores a new object; returns it as stored (of a dry run: as it would be, without a version). */
export function createObject(core: Core, resource: Resource, creation: Creation, write: Write): KubernetesObject {
  const { namespace } = creation
  const given = wiped(creation.object)
  if (given.metadata.resourceVersion) throw failure({ code: 500, message: 'resourceVersion should not be set on objects to be created' })
  checkNamespace(resource, namespace, given)
  const prefix = given.metadata['generateName']
  const name = given.metadata.name || (typeof prefix === 'string' && prefix ? prefix + randomName(core.random, suffixLength) : '')
  requireNamespace(core, resource, namespace, name)
  const owned = withOwnerships(given, creation.ownerships ?? ownershipsOf(core, resource, given, write))
  const object = prepare(core, resource, { ...owned, metadata: { ...owned.metadata, name } }, namespace, write)
  check(resource, object, creation.errors)
  checkQuotas(core, resource, object)
  admit(core, 'CREATE', object, undefined, write)
  const id = resourceName(resource)
  if (core.store.get(id, resource.namespaced ? namespace : '', name)) throw alreadyExists(resourceSubject(resource, name))
  return write.dryRun ? object : core.store.put(id, object)
}

function ownershipsOf(core: Core, resource: Resource, object: KubernetesObject, write: Write): readonly Ownership[] {
  const given = readOwnerships(object.metadata.managedFields) ?? []
  const empty = emptyObject(resource, write.version)
  return afterUpdate(trackingOf(core, resource, write), empty, object, given, ownerOf(resource, write, 'Update'))
}

function checkNamespace(resource: Resource, namespace: string, { metadata }: KubernetesObject): void {
  if (resource.namespaced && metadata.namespace && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
}

function requireNamespace(core: Core, resource: Resource, namespace: string, name: string): void {
  if (!resource.namespaced) return
  const found = core.store.get('namespaces', '', namespace)
  if (!found) throw notFound({ group: '', resource: 'namespaces', name: namespace })
  if (!found.metadata.deletionTimestamp) return
  const because = `unable to create new content in namespace ${namespace} because it is being terminated`
  const cause = { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }
  throw forbidden(resourceSubject(resource, name), because, [cause])
}

/** What a client may not set. A generation that the server does not count is kept, as the server does. */
const serverFields = ['uid', 'creationTimestamp', 'selfLink', 'deletionTimestamp', 'deletionGracePeriodSeconds']

const wiped = (object: KubernetesObject): KubernetesObject => ({ ...object, metadata: without(object.metadata, ...serverFields) })

/** Turns what the client sent into what is stored: version, identity, status, and what the kind itself sets. */
function prepare(core: Core, resource: Resource, given: KubernetesObject, namespace: string, { version }: Write): KubernetesObject {
  const converted = resource.conversions[version]?.toStored(given) ?? given
  const object: KubernetesObject = {
    ...withoutStatus(resource, converted),
    apiVersion: apiVersionOf(resource.group, resource.versions[0] ?? version),
    metadata: {
      ...without(given.metadata, 'namespace'),
      ...(resource.namespaced ? { namespace } : {}),
      uid: newUid(core.random),
      ...(resource.generation ? { generation: 1 } : {}),
      creationTimestamp: timestamp(core.clock.now()),
    },
  }
  return resource.rules.beforeCreate?.(object, { random: core.random, list: core.store.list }) ?? object
}

/** A new object has the status that its type begins with; a custom resource has none. */
function withoutStatus(resource: Resource, object: KubernetesObject): KubernetesObject {
  if (!resource.subresources.includes('status')) return object
  const status = resource.type(resource.versions[0] ?? '').fields.get('status')
  return resource.custom || !status ? without(object, 'status') : { ...object, status: zero(status.type) }
}

function check(resource: Resource, object: KubernetesObject, found: readonly FieldError[]): void {
  const errors = [...found, ...(resource.rules.check?.(object) ?? []), ...checkNewMetadata(resource, object)]
  if (errors.length > 0) throw invalid(kindSubject(resource, object.metadata.name), errors)
}
