import type { KubernetesObject } from '#base/index.ts'
import { mergePatch } from './patch/merge.ts'
import { resources } from './kinds.ts'
import { resourceName, type Resource, type Subresource } from './resource.ts'
import type { StoredEvent } from './history.ts'
import { present } from './watch.ts'
import { createObject, deleteObject, updateObject, type Core } from './write.ts'

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

const space = (resource: Resource, key: Key): string => (resource.namespaced ? (key.namespace ?? 'default') : '')

export function createObjectStore(core: Core): ObjectStore {
  const write = (by: Writer, subresource?: Subresource) => ({ manager: by.manager, dryRun: false, warnings: [], subresource })
  return {
    get(name, key) {
      return core.store.get(name, space(resourceNamed(name), key), key.name)
    },
    list(name, namespace) {
      return core.store.list(resourceName(resourceNamed(name)), namespace)
    },
    create(name, object, by) {
      const resource = resourceNamed(name)
      return createObject(core, resource, space(resource, object.metadata), object, write(by))
    },
    update(name, object, by) {
      const resource = resourceNamed(name)
      return updateObject(core, resource, space(resource, object.metadata), object, write(by))
    },
    updateStatus(name, object, by) {
      const resource = resourceNamed(name)
      return updateObject(core, resource, space(resource, object.metadata), object, write(by, 'status'))
    },
    patch(name, key, patch, by) {
      const resource = resourceNamed(name)
      const now = core.store.get(name, space(resource, key), key.name) ?? { apiVersion: '', kind: '', metadata: { name: key.name } }
      const next = mergePatch(now, patch) as KubernetesObject
      return updateObject(core, resource, space(resource, key), next, write(by, by.subresource))
    },
    delete(name, key, options = {}) {
      const resource = resourceNamed(name)
      deleteObject(core, resource, space(resource, key), key.name, { dryRun: false, ...options })
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
