import type { KubernetesObject } from '#base/index.ts'
import { current, firstShortfall, pods, soMany, type Shortfall, type SteadyState } from './state.ts'

interface Spec {
  readonly replicas?: number
  readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } }
}

interface Status {
  readonly replicas?: number
  readonly readyReplicas?: number
  readonly currentReplicas?: number
  readonly updatedReplicas?: number
  readonly currentRevision?: string
  readonly updateRevision?: string
}

export function statefulSet(object: KubernetesObject): SteadyState {
  const { replicas: want = 1, updateStrategy } = (object.spec ?? {}) as Spec
  if (updateStrategy?.type === 'OnDelete') return current(object, 'updated by hand (OnDelete)')
  const { replicas = 0, readyReplicas: ready = 0, ...rest } = (object.status ?? {}) as Status
  const partition = updateStrategy?.rollingUpdate?.partition ?? 0
  return firstShortfall(
    object,
    [
      ['LessReplicas', want > replicas, soMany(replicas, want, 'created')],
      ['LessReady', want > ready, soMany(ready, want, 'ready')],
      ['ExtraPods', replicas > want, `${pods(replicas - want)} still to end`],
      ...(partition > 0 ? partitioned(rest, want - partition) : revisions(rest, want)),
    ],
    `${pods(want)} ready`,
  )
}

function partitioned({ updatedReplicas: updated = 0 }: Status, want: number): readonly Shortfall[] {
  return [['PartitionRollout', updated < want, soMany(updated, want, 'updated')]]
}

function revisions({ currentReplicas = 0, currentRevision, updateRevision }: Status, want: number): readonly Shortfall[] {
  return [
    ['LessCurrent', want > currentReplicas, soMany(currentReplicas, want, 'of the current revision')],
    ['RevisionMismatch', currentRevision !== updateRevision, `not at revision ${updateRevision ?? ''} everywhere yet`],
  ]
}
