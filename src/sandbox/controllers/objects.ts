import type { KubernetesObject } from '#base/index.ts'
import type { ObjectEvent, ObjectStore } from '#sandbox/api-server/index.ts'

export interface RemoveOptions {
  /** Seconds, of a pod; left out: its own. */
  readonly grace?: number
  readonly uid?: string
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan'
}

/** The API server's objects, as one writer sees and changes them. Resources go by name: `pods`, `deployments.apps`. */
export interface Objects {
  get(resource: string, namespace: string, name: string): KubernetesObject | undefined
  list(resource: string, namespace?: string): readonly KubernetesObject[]
  create(resource: string, object: KubernetesObject): KubernetesObject
  /** Writes everything but the status, or the status alone; nothing happens where nothing differs. */
  replace(resource: string, object: KubernetesObject, subresource?: 'status'): KubernetesObject
  remove(resource: string, namespace: string, name: string, options?: RemoveOptions): void
  /** Hears of what is there (as ADDED) and of every later change, in order. The returned function ends it. */
  subscribe(resource: string, listener: (change: ObjectEvent) => void): () => void
}

/** The store, as `manager` uses it. */
export function objectsOf(store: ObjectStore, manager: string): Objects {
  const by = { manager }
  return {
    get: (resource, namespace, name) => store.get(resource, namespace ? { namespace, name } : { name }),
    list: (resource, namespace) => store.list(resource, namespace),
    create: (resource, object) => store.create(resource, object, by),
    replace: (resource, object, subresource) =>
      subresource === 'status' ? store.updateStatus(resource, object, by) : store.update(resource, object, by),
    remove: (resource, namespace, name, options) => store.delete(resource, namespace ? { namespace, name } : { name }, options),
    subscribe: (resource, listener) => store.subscribe(resource, listener),
  }
}
