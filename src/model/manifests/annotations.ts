// Annotations that people write for Sluice. Those of the seed system mean the same, so that its manifests deploy unchanged.
import type { KubernetesObject } from '#base/index.ts'

/** Every annotation by its meaning: ours, and the seed system's spelling of it. */
const keys = {
  managed: ['sluice.dev/managed', 'harness.io/managed'],
  directApply: ['sluice.dev/direct-apply', 'harness.io/direct-apply'],
  skipVersioning: ['sluice.dev/skip-versioning', 'harness.io/skip-versioning'],
  skipPruning: ['sluice.dev/skip-pruning', 'harness.io/skipPruning'],
  primaryService: ['sluice.dev/primary-service', 'harness.io/primary-service'],
  stageService: ['sluice.dev/stage-service', 'harness.io/stage-service'],
  managedWorkload: ['sluice.dev/managed-workload', 'harness.io/managed-workload'],
  steadyStateCondition: ['sluice.dev/steady-state-condition', 'harness.io/steadyStateCondition'],
} as const

/** What an object's annotations ask for; only the text "true" is yes, and ours win over the seed system's. */
export interface Annotations {
  /** Sluice may edit this VirtualService, DestinationRule or route. */
  readonly managed: boolean
  /** Applied, but not a workload of the release. */
  readonly directApply: boolean
  /** This ConfigMap or Secret keeps its name. */
  readonly skipVersioning: boolean
  readonly skipPruning: boolean
  readonly primaryService: boolean
  readonly stageService: boolean
  /** A custom resource that counts as a workload. */
  readonly managedWorkload: boolean
  /** An expression that tells when such a custom resource is ready. */
  readonly steadyStateCondition: string | undefined
}

/** Reads all of them. */
export function annotationsOf(object: Pick<KubernetesObject, 'metadata'>): Annotations {
  const text = (key: keyof typeof keys): unknown =>
    keys[key].map(each => object.metadata.annotations?.[each]).find(each => each !== undefined)
  const is = (key: keyof typeof keys): boolean => text(key) === 'true'
  const condition = text('steadyStateCondition')
  return {
    managed: is('managed'),
    directApply: is('directApply'),
    skipVersioning: is('skipVersioning'),
    skipPruning: is('skipPruning'),
    primaryService: is('primaryService'),
    stageService: is('stageService'),
    managedWorkload: is('managedWorkload'),
    steadyStateCondition: typeof condition === 'string' ? condition : undefined,
  }
}

/** The annotations by which an object says that Sluice may edit it. */
export const managedKeys: readonly string[] = keys.managed
