import type { KubernetesObject } from '#base/index.ts'
import { equal } from './json.ts'
import { mergePatch } from './patch/merge.ts'
import { resources } from './kinds/all.ts'
import { resourceName, type Resource, type Subresource } from './resource.ts'
import type { StoredEvent } from './history.ts'
import { present } from './watch.ts'
import type { Core, Write } from './core.ts'
import { createObject } from './write/create.ts'
import { decodeObject } from './write/decode-object.ts'
import { deleteObject } from './write/delete.ts'
import { withoutOwners } from './write/tracking.ts'
import { updateObject } from './write/update.ts'

/** Names one object; an object's own metadata is one. */
export interface Key {
  readonly namespace?: string
  readonly name: string
}

/** Who writes; it is named in managedFields. */
export interface Writer {
  readonly manager: string
}

/** A change, as controllers hear of it. `previous` is absent for an object that is new, or was there when the listening began. */
export interface ObjectEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: KubernetesObject
  readonly previous?: KubernetesObject
}

/**
 * The server without HTTP, for controllers. Resources go by name: `pods`, `deployments.apps`.
 * Objects are shared and never change: keep them as long as you like, write copies. Refusals are thrown as ApiError.
 */
export interface ObjectStore {
  get(resource: string, key: Key): KubernetesObject | undefined
  /** Sorted by namespace and name; without `namespace`: of all. */
  list(resource: string, namespace?: string): readonly KubernetesObject[]
  /** `metadata.generateName` works as over HTTP. */
  create(resource: string, object: KubernetesObject, by: Writer): KubernetesObject
  /** Replaces everything but the status. A stale resourceVersion is refused with 409; without one the write is unconditional. */
  update(resource: string, object: KubernetesObject, by: Writer): KubernetesObject
  /** Replaces the status, and nothing else. */
  updateStatus(resource: string, object: KubernetesObject, by: Writer): KubernetesObject
  /** A merge patch of the object or of a subresource, on what is stored now. */
  patch(resource: string, key: Key, patch: unknown, by: Writer & { readonly subresource?: Subresource }): KubernetesObject
  /** Deletes, or marks for deletion. `grace: 0` removes a pod at once, as its kubelet does in the end. */
  delete(resource: string, key: Key, options?: { readonly grace?: number; readonly uid?: string; readonly propagation?: string }): void
  /** Hears of everything that is there (as ADDED) and of every change after that: in order, each in a later microtask. The returned function ends it. */
  subscribe(resource: string, listener: (event: ObjectEvent) => void): () => void
}

const byName = new Map(resources.map(resource => [resourceName(resource), resource]))

function resourceNamed(name: string): Resource {
  const found = byName.get(name)
  if (!found) throw new Error(`resource ${name} is not served by the sandbox`)
  return found
}

const placeOf = (resource: Resource, { namespace = 'default', name }: Key) => ({ namespace: resource.namespaced ? namespace : '', name })

const meant = (resource: Resource, { manager }: Writer, subresource?: Subresource): Write => ({
  manager,
  version: resource.versions[0] ?? '',
  subresource,
  dryRun: false,
  fieldValidation: 'Ignore',
  warnings: [],
})

export function createObjectStore(core: Core): ObjectStore {
  const replace = (name: string, object: KubernetesObject, by: Writer, subresource?: Subresource): KubernetesObject => {
    const resource = resourceNamed(name)
    const write = meant(resource, by, subresource)
    const place = placeOf(resource, object.metadata)
    const stored = core.store.get(name, place.namespace, place.name)
    if (stored && equal(stored, object)) return stored
    return updateObject(core, resource, place, write, live => decodeObject(resource, write.version, withoutOwners(object, live)))
  }
  return {
    get(name, key) {
      const { namespace, name: own } = placeOf(resourceNamed(name), key)
      return core.store.get(name, namespace, own)
    },
    list(name, namespace) {
      return core.store.list(resourceName(resourceNamed(name)), namespace)
    },
    create(name, object, by) {
      const resource = resourceNamed(name)
      const write = meant(resource, by)
      const { namespace } = placeOf(resource, object.metadata)
      return createObject(core, resource, { namespace, ...decodeObject(resource, write.version, object) }, write)
    },
    update: (name, object, by) => replace(name, object, by),
    updateStatus: (name, object, by) => replace(name, object, by, 'status'),
    patch(name, key, patch, by) {
      const resource = resourceNamed(name)
      const place = placeOf(resource, key)
      const write = meant(resource, by, by.subresource)
      return updateObject(core, resource, place, write, live =>
        decodeObject(resource, write.version, withoutOwners(mergePatch(live, patch) as KubernetesObject, live)),
      )
    },
    delete(name, key, options = {}) {
      const resource = resourceNamed(name)
      deleteObject(core, resource, placeOf(resource, key), { dryRun: false, ...options })
    },
    subscribe(name, listener) {
      return subscribe(core, resourceName(resourceNamed(name)), listener)
    },
  }
}

function subscribe(core: Core, resource: string, listener: (event: ObjectEvent) => void): () => void {
  const hear = ({ type, object, previous }: StoredEvent): void => listener({ type, object, ...(previous ? { previous } : {}) })
  return core.store.subscribe(resource, hear, present(core, resource))
}
