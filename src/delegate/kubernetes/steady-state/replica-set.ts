import type { KubernetesObject } from '#base/index.ts'
import { conditionOf, firstShortfall, pods, soMany, type SteadyState } from './state.ts'

interface Status {
  readonly replicas?: number
  readonly fullyLabeledReplicas?: number
  readonly readyReplicas?: number
  readonly availableReplicas?: number
}

export function replicaSet(object: KubernetesObject): SteadyState {
  const { replicas: want = 1 } = (object.spec ?? {}) as { readonly replicas?: number }
  const {
    replicas = 0,
    fullyLabeledReplicas: labelled = 0,
    readyReplicas: ready = 0,
    availableReplicas: available = 0,
  } = (object.status ?? {}) as Status
  const failure = conditionOf(object, 'ReplicaFailure')
  return firstShortfall(
    object,
    [
      ['ReplicaFailure', failure?.status === 'True', `cannot create pods: ${failure?.message ?? 'no reason given'}`],
      ['LessLabelled', want > labelled, soMany(labelled, want, 'labelled')],
      ['LessAvailable', want > available, soMany(available, want, 'available')],
      ['LessReady', want > ready, soMany(ready, want, 'ready')],
      ['ExtraPods', replicas > want, `${pods(replicas - want)} still to end`],
    ],
    `${pods(want)} available`,
  )
}
