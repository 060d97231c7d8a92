import type { KubernetesObject, ObjectMeta, OwnerReference } from '#base/index.ts'

/** Kubernetes' own kinds, as far as the controllers read and write them. */

export type Labels = Readonly<Record<string, string>>

export interface LabelSelector {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
}

export interface PodTemplate {
  readonly metadata?: { readonly labels?: Labels; readonly annotations?: Labels; readonly [key: string]: unknown }
  readonly spec?: PodSpec
}

export interface PodSpec {
  readonly nodeName?: string
  readonly terminationGracePeriodSeconds?: number
  readonly containers?: readonly Container[]
  readonly readinessGates?: readonly unknown[]
  readonly [key: string]: unknown
}

export interface Container {
  readonly name: string
  readonly image?: string
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[]
  readonly lifecycle?: {
    readonly preStop?: { readonly sleep?: { readonly seconds: number }; readonly exec?: { readonly command?: readonly string[] } }
  }
  readonly [key: string]: unknown
}

export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
  readonly lastUpdateTime?: string
  readonly [key: string]: unknown
}

export interface Pod extends KubernetesObject {
  readonly spec: PodSpec
  readonly status?: {
    readonly phase?: string
    readonly podIP?: string
    readonly conditions?: readonly Condition[]
    readonly [key: string]: unknown
  }
}

/** What ReplicaSets and Deployments have in common. */
export interface ReplicaSet extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number
    readonly minReadySeconds?: number
    readonly selector: LabelSelector
    readonly template: PodTemplate
  }
  readonly status?: ReplicaCounts
}

export interface ReplicaCounts {
  readonly replicas?: number
  readonly fullyLabeledReplicas?: number
  readonly readyReplicas?: number
  readonly availableReplicas?: number
  readonly observedGeneration?: number
  readonly terminatingReplicas?: number
  readonly conditions?: readonly Condition[]
}

export interface Deployment extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number
    readonly paused?: boolean
    readonly minReadySeconds?: number
    readonly progressDeadlineSeconds?: number
    readonly revisionHistoryLimit?: number
    readonly selector: LabelSelector
    readonly strategy?: {
      readonly type?: string
      readonly rollingUpdate?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string }
    }
    readonly template: PodTemplate
  }
  readonly status?: ReplicaCounts & {
    readonly updatedReplicas?: number
    readonly unavailableReplicas?: number
    readonly collisionCount?: number
  }
}

/** Whether labels satisfy a selector; an empty selector selects nothing here, as in controllers. */
export function selects(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {}
  if (Object.keys(matchLabels).length + matchExpressions.length === 0) return false
  return hasLabels(labels, matchLabels) && matchExpressions.every(expression => satisfies(expression, labels ?? {}))
}

/** Whether all of `wanted` are among the labels. */
export function hasLabels(labels: Labels | undefined, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels?.[key] === value)
}

function satisfies({ key, operator, values = [] }: { key: string; operator: string; values?: readonly string[] }, labels: Labels): boolean {
  const value = labels[key]
  if (operator === 'Exists') return value !== undefined
  if (operator === 'DoesNotExist') return value === undefined
  const among = value !== undefined && values.includes(value)
  return operator === 'NotIn' ? !among : among
}

/** The controller among an object's owners. */
export function controllerOf(object: KubernetesObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(owner => owner.controller)
}

export function ownedBy(object: KubernetesObject, owner: KubernetesObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid
}

/** The reference by which `owner` controls an object. */
export function controlledBy(owner: KubernetesObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true, blockOwnerDeletion: true }
}

/** Whether a pod counts for its ReplicaSet: neither finished nor being deleted. */
export function isActive(pod: Pod): boolean {
  return !pod.metadata.deletionTimestamp && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed'
}

export function conditionOf(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find(condition => condition.type === type)
}

/** Milliseconds until a ready pod has been ready for `minReadySeconds`; 0 when it is available, undefined when it is not ready. */
export function untilAvailable(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  const ready = conditionOf(pod.status?.conditions, 'Ready')
  if (ready?.status !== 'True') return undefined
  if (minReadySeconds === 0) return 0
  return Math.max(0, Date.parse(ready.lastTransitionTime ?? '') + minReadySeconds * 1000 - now)
}

/** `namespace/name`, or the name alone. */
export function keyOf(metadata: ObjectMeta): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name
}

/** Kubernetes time: whole seconds, UTC. */
export function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}

/** A status without its zeros and absent fields, as Go's omitempty leaves it. */
export function withoutZeros<T extends object>(status: T): T {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== 0 && value !== undefined)) as T
}
