import type { KubernetesObject } from '#base/index.ts'
import { conditionOf, current, endingAfter, failed, inProgress, pods, type SteadyState } from './state.ts'

/** As kstatus: a Job that runs is what it was asked to be. */
export function job(object: KubernetesObject): SteadyState {
  const { startTime } = (object.status ?? {}) as { readonly startTime?: string }
  const failure = conditionOf(object, 'Failed')
  if (failure?.status === 'True') return failed(object, 'JobFailed', `failed: ${failure.message ?? failure.reason ?? 'no reason given'}`)
  if (conditionOf(object, 'Complete')?.status === 'True') return current(object, 'complete')
  if (isSuspended(object)) return current(object, 'suspended')
  return startTime === undefined ? inProgress(object, 'JobNotStarted', 'not started yet') : current(object, 'runs')
}

function isSuspended({ spec }: KubernetesObject): boolean {
  return ((spec ?? {}) as { readonly suspend?: boolean }).suspend === true
}

/** It has begun and still has its work to do; undefined where it has ended or is suspended. */
export function running(object: KubernetesObject): SteadyState | undefined {
  if (!isRunning(object)) return undefined
  const { startTime, active = 0, failed: lost = 0 } = (object.status ?? {}) as JobStatus
  const { activeDeadlineSeconds, backoffLimit = 6 } = (object.spec ?? {}) as JobSpec
  const tried = lost === 0 ? '' : `, ${lost} of ${backoffLimit + 1} tries failed`
  return endingAfter(inProgress(object, 'JobRuns', `runs, ${pods(active)} at work${tried}`), startTime, activeDeadlineSeconds)
}

interface JobStatus {
  readonly startTime?: string
  readonly active?: number
  readonly failed?: number
}

interface JobSpec {
  readonly activeDeadlineSeconds?: number
  readonly backoffLimit?: number
}

/** It has begun, and has not ended yet. */
function isRunning(object: KubernetesObject): boolean {
  return conditionOf(object, 'Complete')?.status !== 'True' && !isSuspended(object)
}
