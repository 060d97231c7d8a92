import type { KubernetesObject } from '#base/index.ts'
import { customResourceDefinition } from './custom-resource-definition.ts'
import { daemonSet } from './daemon-set.ts'
import { deployment } from './deployment.ts'
import { always, beforeKind, byReadyCondition } from './generic.ts'
import { job, running } from './job.ts'
import { persistentVolumeClaim } from './persistent-volume-claim.ts'
import { pod } from './pod.ts'
import { replicaSet } from './replica-set.ts'
import { service } from './service.ts'
import { failed, type Related, type SteadyState, type SteadyStateRule } from './state.ts'
import { statefulSet } from './stateful-set.ts'
import { ownTrouble } from './trouble.ts'

/** One rule per kind; a kind that is not here goes by its Ready condition. */
export const rules: Readonly<Record<string, SteadyStateRule>> = {
  ConfigMap: always,
  CronJob: always,
  CustomResourceDefinition: customResourceDefinition,
  DaemonSet: daemonSet,
  Deployment: deployment,
  Job: job,
  PersistentVolumeClaim: persistentVolumeClaim,
  Pod: pod,
  PodDisruptionBudget: always,
  ReplicaSet: replicaSet,
  Secret: always,
  Service: service,
  StatefulSet: statefulSet,
}

/** Is an object what it was asked to be? By the rules of kstatus; `now` in milliseconds since 1970. */
export function steadyState(object: KubernetesObject, related: Related, now: number): SteadyState {
  const rule = rules[object.kind] ?? byReadyCondition
  return beforeKind(object) ?? rule(object, related, now)
}

/**
 * What a step waits for: as {@link steadyState}, but a Job that runs has still to do its work, and what hinders pods of a StatefulSet, a
 * DaemonSet or a Job from starting at all ends the wait, as it does for a Deployment.
 */
export function awaitedState(object: KubernetesObject, related: Related, now: number): SteadyState {
  const state = steadyState(object, related, now)
  const awaited = (object.kind === 'Job' && state.is === 'current' && running(object)) || state
  const trouble = awaited.is === 'inProgress' ? ownTrouble(object, related, now) : undefined
  return trouble ? failed(object, trouble.reason, trouble.says) : awaited
}
