import type { KubernetesObject } from '#base/index.ts'
import { firstShortfall, pods, soMany, type SteadyState } from './state.ts'

interface Status {
  readonly observedGeneration?: number
  readonly desiredNumberScheduled?: number
  readonly currentNumberScheduled?: number
  readonly updatedNumberScheduled?: number
  readonly numberAvailable?: number
  readonly numberReady?: number
}

export function daemonSet(object: KubernetesObject): SteadyState {
  const status = (object.status ?? {}) as Status
  const { currentNumberScheduled: placed = 0, updatedNumberScheduled: updated = 0, numberAvailable: available = 0 } = status
  const { desiredNumberScheduled: want = 0, numberReady: ready = 0 } = status
  return firstShortfall(
    object,
    [
      ['NoObservedGeneration', status.observedGeneration === undefined, 'its controller has not seen it yet'],
      ['NoDesiredNumber', status.desiredNumberScheduled === undefined, 'its controller has not counted the nodes yet'],
      ['LessCurrent', want > placed, soMany(placed, want, 'placed')],
      ['LessUpdated', want > updated, soMany(updated, want, 'updated')],
      ['LessAvailable', want > available, soMany(available, want, 'available')],
      ['LessReady', want > ready, soMany(ready, want, 'ready')],
    ],
    `${pods(want)} available`,
  )
}
