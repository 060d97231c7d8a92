import type { Json, KubernetesObject } from '#base/index.ts'
import { equal } from './leaves.ts'
import type { Snapshot } from './snapshot.ts'

/** A Deployment's strategy, as far as the roll of the reset asks. */
interface Strategy {
  readonly type?: string
  readonly rollingUpdate?: { readonly maxSurge?: number | string }
}

/** What Kubernetes gives a Deployment that says nothing. */
const byDefault = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } }

export function strategyOf(deployment: KubernetesObject | undefined): Json {
  return ((deployment?.spec as { readonly strategy?: Json } | undefined)?.strategy ?? byDefault) as Json
}

/** A strategy that takes no pod away before another one is ready in its place. */
export function surgeOnly(strategy: Json): Json {
  const { rollingUpdate } = strategy as Strategy
  const surge = rollingUpdate?.maxSurge
  const none = surge === undefined || surge === 0 || surge === '0' || surge === '0%'
  return { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: none ? 1 : surge } }
}

/** As it was before the run, and as its manifests say. */
export function strategiesAtRest({ snapshot }: { readonly snapshot: Snapshot }): readonly Json[] {
  return [snapshot.stable?.strategy, snapshot.next.strategy].flatMap(each => (each === undefined ? [] : [each as Json]))
}

/** The workload surges for a roll of ours, and does not at rest: neither before the run nor as its manifests say. */
export function isSurging(live: KubernetesObject | undefined, atRest: readonly Json[]): boolean {
  const present = strategyOf(live)
  return atRest.some(strategy => equal(present, surgeOnly(strategy))) && !atRest.some(strategy => equal(present, strategy))
}
