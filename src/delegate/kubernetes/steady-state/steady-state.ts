import type { KubernetesObject } from '#base/index.ts'
import { customResourceDefinition } from './custom-resource-definition.ts'
import { daemonSet } from './daemon-set.ts'
import { deployment } from './deployment.ts'
import { always, beforeKind, byReadyCondition } from './generic.ts'
import { job, running } from './job.ts'
import { persistentVolumeClaim } from './persistent-volume-claim.ts'
import { pod } from './pod.ts'
import { presentPods } from './present-pods.ts'
import { replicaSet } from './replica-set.ts'
import { service } from './service.ts'
import { failed, type Related, type SteadyState, type SteadyStateRule } from './state.ts'
import { statefulSet } from './stateful-set.ts'
import { troubleOf, type Trouble } from './trouble.ts'

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
 * DaemonSet or a Job from starting at all ends the wait, as it does for a Deployment. It names the first pod that is waited for.
 */
export function awaitedState(object: KubernetesObject, related: Related, now: number): SteadyState {
  const state = steadyState(object, related, now)
  const awaited = (object.kind === 'Job' && state.is === 'current' && running(object)) || state
  if (awaited.is !== 'inProgress') return awaited
  const pods = presentPods(object, related)
  const trouble = object.kind === 'Deployment' ? undefined : hopeless(object, pods, now)
  if (trouble) return failed(object, trouble.reason, trouble.says)
  const held = pods.map(each => pod(each, {}, now)).find(({ is }) => is === 'inProgress')
  return held ? { ...awaited, message: `${awaited.message} (${held.message})` } : awaited
}

/** Why a pod can never start; a Job's pods may fail, and are tried again as often as it says. */
function hopeless({ kind }: KubernetesObject, pods: readonly KubernetesObject[], now: number): Trouble | undefined {
  const found = troubleOf({ pods }, now).filter(({ is }) => is === 'failed')
  return kind === 'Job' ? found.find(({ reason }) => reason !== 'ContainerCrashLooping') : found[0]
}
