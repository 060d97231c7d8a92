import type { KubernetesObject } from '#base/index.ts'
import { firstShortfall, pods, waitingFor, type SteadyState } from './state.ts'

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
      ['NoObservedGeneration', status.observedGeneration === undefined, 'waiting for its controller'],
      ['NoDesiredNumber', status.desiredNumberScheduled === undefined, 'waiting for its controller to count nodes'],
      ['LessCurrent', want > placed, waitingFor(placed, want, 'placed')],
      ['LessUpdated', want > updated, waitingFor(updated, want, 'updated')],
      ['LessAvailable', want > available, waitingFor(available, want, 'available')],
      ['LessReady', want > ready, waitingFor(ready, want, 'ready')],
    ],
    `${pods(want)} available`,
  )
}
