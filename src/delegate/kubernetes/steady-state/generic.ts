import type { KubernetesObject } from '#base/index.ts'
import { conditionOf, current, failed, inProgress, type SteadyState } from './state.ts'

/** What holds for every kind, before its own rule: dying, not yet observed, or said so by the standard conditions. */
export function beforeKind(object: KubernetesObject): SteadyState | undefined {
  const { deletionTimestamp, generation } = object.metadata
  if (deletionTimestamp !== undefined) return inProgress(object, 'Terminating', 'not gone yet')
  const { observedGeneration } = (object.status ?? {}) as { readonly observedGeneration?: number }
  if (observedGeneration !== undefined && observedGeneration !== generation)
    return inProgress(object, 'LatestGenerationNotObserved', 'its controller has not seen the change yet')
  return byStandardConditions(object)
}

function byStandardConditions(object: KubernetesObject): SteadyState | undefined {
  const reconciling = conditionOf(object, 'Reconciling')
  if (reconciling?.status === 'True')
    return inProgress(object, reconciling.reason ?? 'Reconciling', reconciling.message ?? 'its controller is at work')
  const stalled = conditionOf(object, 'Stalled')
  if (stalled?.status === 'True') return failed(object, stalled.reason ?? 'Stalled', stalled.message ?? 'its controller is stuck')
  return undefined
}

/** For a kind without a rule of its own: its Ready condition, where it has one. */
export function byReadyCondition(object: KubernetesObject): SteadyState {
  const ready = conditionOf(object, 'Ready')
  if (ready && ready.status !== 'True') return inProgress(object, ready.reason ?? 'NotReady', ready.message ?? 'not ready yet')
  return current(object, ready ? 'ready' : 'there')
}

/** For kinds that are what they are once they are stored. */
export function always(object: KubernetesObject): SteadyState {
  return current(object, 'there')
}
