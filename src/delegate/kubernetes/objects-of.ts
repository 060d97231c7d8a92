import { may } from './access.ts'
import { apiOf, collectionTarget } from './api.ts'
import type { Cluster } from './cluster.ts'
import type { Objects } from './objects.ts'
import { get, list } from './reading.ts'
import type { Surroundings } from './requests.ts'
import { apply, create, patch, refOf, remove, scalePatch } from './writing.ts'

/** Typed operations on a cluster's objects. Share one per cluster: it remembers what the cluster serves. */
export function objectsOf(cluster: Cluster, surroundings: Surroundings): Objects {
  const api = apiOf(cluster, surroundings)
  return {
    cluster,
    get: (ref, signal) => get(api, ref, signal),
    list: (collection, signal) => list(api, collection, signal),
    create: (object, options, signal) => create(api, object, options, signal),
    patch: (ref, operations, options, signal) => patch(api, ref, operations, options, signal),
    apply: (object, options, signal) => apply(api, object, options, signal),
    scale: (object, replicas, options, signal) => patch(api, refOf(object), scalePatch(object, replicas), options, signal),
    remove: (ref, options, signal) => remove(api, ref, options, signal),
    may: (right, signal) => may(api, right, signal),
    path: async (collection, signal) => (await collectionTarget(api, 'watch', collection, signal)).path,
  }
}
