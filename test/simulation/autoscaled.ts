import { shop } from './application.ts'
import type { World } from './world.ts'

/** Milliseconds in which the controllers have carried a new number of replicas out. */
const carriedOut = 1000

/**
 * Tells of the pods that the autoscaler takes from stable. It follows its load, above the floor also in mid-run, and that takes pods away which
 * proxies still list, whether there is a run or not. Nobody else in these worlds lowers stable's number.
 */
export function watchAutoscaler({ clock, sandbox }: Pick<World, 'clock' | 'sandbox'>, taken: (pod: string) => void): void {
  const { objects } = sandbox.apiServer
  let replicas = 0
  let lowered = -Infinity
  objects.subscribe('deployments.apps', ({ object }) => {
    if (object.metadata.name !== 'cart' || object.metadata.namespace !== shop) return
    const now = (object.spec as { readonly replicas?: number }).replicas ?? 1
    if (now < replicas) lowered = clock.now()
    replicas = now
  })
  objects.subscribe('pods', ({ object: { metadata } }) => {
    const isStable = metadata.namespace === shop && metadata.labels?.['sluice.dev/track'] !== 'canary'
    if (isStable && metadata.deletionTimestamp !== undefined && clock.now() - lowered <= carriedOut) taken(metadata.name)
  })
}
