import type { KubernetesObject } from '#base/index.ts'
import { conditionOf, endingAfter, failed, firstShortfall, pods, soMany, type Related, type Shortfall, type SteadyState } from './state.ts'
import { currentReplicaSets } from './present-pods.ts'
import { troubleOf } from './trouble.ts'

interface Spec {
  readonly replicas?: number
  readonly paused?: boolean
  readonly progressDeadlineSeconds?: number
}

interface Status {
  readonly replicas?: number
  readonly updatedReplicas?: number
  readonly readyReplicas?: number
  readonly availableReplicas?: number
}

/**
 * kstatus' rule, and what its pods tell before the deadline does. While a Deployment is paused its Progressing condition is Unknown and
 * an edit hides updatedReplicas: then only the pods count.
 */
export function deployment(object: KubernetesObject, related: Related, now: number): SteadyState {
  const progressing = conditionOf(object, 'Progressing')
  if (progressing?.reason === 'ProgressDeadlineExceeded')
    return failed(
      object,
      'ProgressDeadlineExceeded',
      `exceeded its progress deadline: ${(progressing.message ?? 'no progress').replace(/\.$/, '')}`,
    )
  const state = firstShortfall(object, shortfalls(object), complete(object))
  if (state.is === 'current') return state
  const replicaSets = currentReplicaSets(object, related)
  const trouble = troubleOf({ ...related, replicaSets }, now).find(({ is }) => is === 'failed')
  return trouble ? failed(object, trouble.reason, trouble.says) : endingAfter(state, progressing?.lastUpdateTime, deadlineOf(object))
}

/** The API server's word for no deadline, in seconds. */
const noDeadline = 2_147_483_647

/** Seconds without progress after which a roll counts as failed; undefined where none is under way: a complete one that is scaled has no deadline. */
function deadlineOf(object: KubernetesObject): number | undefined {
  const { paused, progressDeadlineSeconds } = (object.spec ?? {}) as Spec
  const progressing = conditionOf(object, 'Progressing')
  const rolls = !paused && progressing?.status === 'True' && progressing.reason !== 'NewReplicaSetAvailable'
  return rolls && progressDeadlineSeconds !== noDeadline ? progressDeadlineSeconds : undefined
}

function complete(object: KubernetesObject): string {
  const { replicas = 1, paused } = (object.spec ?? {}) as Spec
  return `${pods(replicas)} available${paused ? ', paused' : ''}`
}

function shortfalls(object: KubernetesObject): readonly Shortfall[] {
  const { replicas: want = 1, paused = false, progressDeadlineSeconds } = (object.spec ?? {}) as Spec
  const { replicas, updated, ready, available } = counts(object)
  const expected = paused ? want : updated
  const rolled = paused || progressDeadlineSeconds === undefined || conditionOf(object, 'Progressing')?.reason === 'NewReplicaSetAvailable'
  return [
    ['LessReplicas', want > replicas, soMany(replicas, want, 'created')],
    ['LessUpdated', !paused && want > updated, soMany(updated, want, 'updated')],
    ['ExtraPods', replicas > want, `${pods(replicas - want)} still to end`],
    ['LessAvailable', expected > available, soMany(available, expected, 'available')],
    ['LessReady', want > ready, soMany(ready, want, 'ready')],
    ['ReplicaSetNotAvailable', !rolled, 'its new ReplicaSet is not complete yet'],
    ['DeploymentNotAvailable', conditionOf(object, 'Available')?.status !== 'True', 'not available yet'],
  ]
}

function counts(object: KubernetesObject): Readonly<Record<'replicas' | 'updated' | 'ready' | 'available', number>> {
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = (object.status ?? {}) as Status
  return { replicas, updated: updatedReplicas, ready: readyReplicas, available: availableReplicas }
}
