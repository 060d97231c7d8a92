import type { KubernetesObject } from '#base/index.ts'
import { conditionOf, current, failed, inProgress, type SteadyState } from './state.ts'

/** As kstatus: a Job that runs is what it was asked to be. */
export function job(object: KubernetesObject): SteadyState {
  const { startTime } = (object.status ?? {}) as { readonly startTime?: string }
  const failure = conditionOf(object, 'Failed')
  if (failure?.status === 'True') return failed(object, 'JobFailed', `failed: ${failure.message ?? failure.reason ?? 'no reason given'}`)
  if (conditionOf(object, 'Complete')?.status === 'True') return current(object, 'complete')
  if (isSuspended(object)) return current(object, 'suspended')
  return startTime === undefined ? inProgress(object, 'JobNotStarted', 'waiting to start') : current(object, 'runs')
}

function isSuspended({ spec }: KubernetesObject): boolean {
  return ((spec ?? {}) as { readonly suspend?: boolean }).suspend === true
}

/** It has begun, and has not ended yet. */
export function isRunning(object: KubernetesObject): boolean {
  return conditionOf(object, 'Complete')?.status !== 'True' && !isSuspended(object)
}
