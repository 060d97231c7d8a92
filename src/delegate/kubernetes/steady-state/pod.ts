import type { KubernetesObject } from '#base/index.ts'
import { crashLoop } from './containers.ts'
import { conditionOf, current, failed, inProgress, type Related, type SteadyState } from './state.ts'

/** How long the scheduler may take (milliseconds), as kstatus has it: an autoscaler may be bringing a node. */
export const schedulingWindow = 15_000

export function pod(object: KubernetesObject, _related: Related, now: number): SteadyState {
  const { phase } = (object.status ?? {}) as { readonly phase?: string }
  if (phase === 'Succeeded' || phase === 'Failed') return current(object, `has ended (${phase})`)
  if (phase === 'Running') return running(object)
  return isUnschedulable(object) ? unscheduled(object, now) : inProgress(object, 'PodPending', 'not started yet')
}

function running(object: KubernetesObject): SteadyState {
  if (conditionOf(object, 'Ready')?.status === 'True') return current(object, 'ready')
  const loop = crashLoop(object)
  return loop ? failed(object, 'ContainerCrashLooping', loop) : inProgress(object, 'PodRunningNotReady', 'runs, not ready yet')
}

export function isUnschedulable(object: KubernetesObject): boolean {
  const scheduled = conditionOf(object, 'PodScheduled')
  return scheduled?.status === 'False' && scheduled.reason === 'Unschedulable'
}

/** A pod without a time of birth is taken for old. */
function unscheduled(object: KubernetesObject, now: number): SteadyState {
  const words = conditionOf(object, 'PodScheduled')?.message ?? 'no reason given'
  const born = Date.parse(object.metadata.creationTimestamp ?? '')
  if (now - born < schedulingWindow) return inProgress(object, 'PodNotScheduled', `no node has taken it yet: ${words}`)
  return failed(object, 'PodUnschedulable', `no node takes it: ${words}`)
}
