import type { KubernetesObject } from '#base/index.ts'
import { resourceSubject, type Core, type Write } from '../core.ts'
import { conflict, invalid, type FieldError } from '../status.ts'
import type { Resource } from '../resource.ts'
import { storedObject, updateObject, type Place } from './update.ts'

/** PUT: replaces an object that exists. A uid is a precondition; a custom resource needs a resourceVersion. */
export function replaceObject(
  core: Core,
  resource: Resource,
  place: Place,
  write: Write,
  given: { readonly object: KubernetesObject; readonly errors: readonly FieldError[] },
): KubernetesObject {
  const { uid, resourceVersion } = given.object.metadata
  const subject = resourceSubject(resource, place.name)
  const old = storedObject(core, resource, place)
  if (resource.custom && !resourceVersion) {
    const message = 'Invalid value: 0: must be specified for an update'
    throw invalid(subject, [{ reason: 'FieldValueInvalid', field: 'metadata.resourceVersion', message }])
  }
  if (uid && uid !== old.metadata.uid) throw conflict(subject, precondition(resource, place, uid, old))
  return updateObject(core, resource, place, write, () => given)
}

function precondition({ group, plural, custom }: Resource, { namespace, name }: Place, uid: string, old: KubernetesObject): string {
  const key = `/registry/${custom ? `${group}/` : ''}${plural}/${namespace ? `${namespace}/` : ''}${name}`
  const found = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${found}`
}
