import { awaitedState } from '#delegate/kubernetes/index.ts'
import type { Settle } from '#delegate/settle/index.ts'
import { objectKey, ownedBy, type ObjectState, type Observed, type Run } from '#model/release/index.ts'
import type { Looked } from './looked.ts'

/** While something is not ready yet, what only time tells (a pod that no node takes) is looked at again after this; nothing is asked for it. */
const again = 1000

const nothing = { reached: 'removal', says: 'no route is moved', acknowledged: 0, expected: 0, missing: [] } as const

/** Of a plain release there is nothing to ask the mesh: whether its objects are what they were asked to be is in their own status. */
export function plainLook(observed: Observed, { snapshot }: Pick<Run, 'snapshot'>, now: number): Looked {
  const keys = snapshot.manifests.map(({ kind, name, namespace }) =>
    objectKey({ kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } }),
  )
  const states = Object.fromEntries(keys.flatMap(key => stateOf(key, observed, now)))
  const waits = Object.values(states).some(({ is }) => is === 'inProgress')
  const endpoints = { known: [], listed: [], complete: true, says: '' }
  return { seen: { route: nothing, sides: nothing, endpoints, drained: true, failing: {}, states }, nextLookIn: waits ? again : Infinity }
}

function stateOf(key: string, { others, replicaSets, pods }: Observed, now: number): readonly (readonly [string, ObjectState])[] {
  const object = others[key]
  if (!object) return []
  const sets = replicaSets.filter(set => ownedBy(set, object))
  // A StatefulSet and a DaemonSet own their pods themselves; a Deployment's belong to its ReplicaSets.
  const own = object.kind === 'Deployment' ? pods : pods.filter(pod => ownedBy(pod, object))
  const { is, message, ends } = awaitedState(object, { ...(object.kind === 'Deployment' ? { replicaSets: sets } : {}), pods: own }, now)
  return [[key, { is, message, ...(ends === undefined ? {} : { ends }) }]]
}

/** Nothing travels to proxies. */
export const noRoute: Settle = {
  how: 'seconds',
  why: 'no route is moved',
  wrote: () => undefined,
  look: () => Promise.reject(new Error('a release without a route has nothing to settle')),
  rejections: () => Promise.resolve([]),
  endpointClusters: () => Promise.resolve(undefined),
  close: () => undefined,
}
