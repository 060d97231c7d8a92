import { objectName, type KubernetesObject } from '#base/index.ts'
import { cannotStart, crashLoop } from './containers.ts'
import { isUnschedulable, pod } from './pod.ts'
import { conditionOf, type Related } from './state.ts'

/** What holds a workload up, seconds after it is there. `failed`: waiting will not help. */
export interface Trouble {
  readonly is: 'inProgress' | 'failed'
  /** `ContainerCrashLooping`, `ImagePullBackOff`, `PodUnschedulable`, `FailedCreate`, … */
  readonly reason: string
  /** Begins with the pod or ReplicaSet. */
  readonly says: string
}

/**
 * Crash loops, images that cannot be pulled, pods that no node takes, and pods that a quota or policy refuses: from the status of the
 * given ReplicaSets and of the pods that belong to them (all pods, where no ReplicaSets are given). `now` in milliseconds since 1970.
 */
export function troubleOf({ replicaSets, pods = [] }: Related, now: number): readonly Trouble[] {
  const owners = replicaSets && new Set(replicaSets.map(set => set.metadata.uid))
  const own = owners ? pods.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => owners.has(uid))) : pods
  return [...(replicaSets ?? []).flatMap(refused), ...own.filter(alive).flatMap(candidate => troubleOfPod(candidate, now))]
}

function alive({ metadata }: KubernetesObject): boolean {
  return metadata.deletionTimestamp === undefined
}

function refused(set: KubernetesObject): readonly Trouble[] {
  const failure = conditionOf(set, 'ReplicaFailure')
  if (failure?.status !== 'True') return []
  const reason = failure.reason ?? 'FailedCreate'
  return [{ is: 'failed', reason, says: `${objectName(set)} may not create pods: ${failure.message ?? 'no reason given'}` }]
}

function troubleOfPod(object: KubernetesObject, now: number): readonly Trouble[] {
  const loop = crashLoop(object)
  if (loop) return [{ is: 'failed', reason: 'ContainerCrashLooping', says: `${objectName(object)}: ${loop}` }]
  const held = cannotStart(object)
  if (held) return [{ is: 'failed', reason: held.reason, says: `${objectName(object)}: ${held.says}` }]
  if (!isUnschedulable(object)) return []
  const { is, reason, message } = pod(object, {}, now)
  return is === 'current' ? [] : [{ is, reason, says: message }]
}
