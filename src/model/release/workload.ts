import type { KubernetesObject } from '#base/index.ts'
import { trackLabel } from '#model/manifests/index.ts'
import { canonical } from './leaves.ts'

/** Label on pods and selector of the second workload; its value is `canary`. */
export const TRACK = trackLabel
/** Kubernetes puts it on every ReplicaSet and pod of a Deployment; it follows from the template alone and does not change with scaling. */
export const HASH = 'pod-template-hash'

export type Labels = Readonly<Record<string, string>>

interface Container {
  readonly name: string
  readonly image?: string
}

export interface PodTemplate {
  readonly metadata?: { readonly labels?: Labels; readonly annotations?: Labels }
  readonly spec?: { readonly containers?: readonly Container[]; readonly initContainers?: readonly Container[] }
}

/** What we read of a Deployment's spec and status. */
export interface DeploymentSpec {
  readonly replicas?: number
  readonly paused?: boolean
  readonly selector?: { readonly matchLabels?: Labels }
  readonly template?: PodTemplate
}

export function specOf(deployment: KubernetesObject | undefined): DeploymentSpec {
  return (deployment?.spec ?? {}) as DeploymentSpec
}

/** Desired pods; the API server's default is 1. */
export function replicasOf(deployment: KubernetesObject | undefined): number {
  return specOf(deployment).replicas ?? 1
}

export function templateOf(deployment: KubernetesObject | undefined): PodTemplate {
  return specOf(deployment).template ?? {}
}

/** A template without what tells the two workloads apart (`apart`: a further label that does): equal texts mean the same version. */
export function versionKey(template: unknown, apart = ''): string {
  const object = (template ?? none) as object
  const known = keys.get(object) ?? new Map<string, string>()
  keys.set(object, known)
  const key = known.get(apart) ?? keyOf(object, apart)
  known.set(apart, key)
  return key
}

/** What was read of a cluster never changes, and every look asks for the same few templates again. */
const keys = new WeakMap<object, Map<string, string>>()
const none = {}

function keyOf(template: object, apart: string): string {
  const { metadata, spec } = template as PodTemplate
  const labels = Object.fromEntries(
    Object.entries(metadata?.labels ?? {}).filter(([key]) => key !== TRACK && key !== HASH && key !== apart),
  )
  return canonical({ metadata: { ...metadata, labels }, spec })
}

/** What people call the version of a template: the tag (or short digest) of its first container's image. */
export function versionName(template: unknown): string {
  const image = (template as PodTemplate).spec?.containers?.[0]?.image
  if (image === undefined) return 'unknown'
  const digest = image.split('@')[1]
  if (digest !== undefined) return digest.replace(/^sha256:/, '').slice(0, 12)
  const last = image.slice(image.lastIndexOf('/') + 1)
  return last.includes(':') ? last.slice(last.indexOf(':') + 1) : 'latest'
}

export function ownedBy(object: KubernetesObject, owner: KubernetesObject | undefined): boolean {
  return owner !== undefined && (object.metadata.ownerReferences ?? []).some(reference => reference.uid === owner.metadata.uid)
}

interface PodStatus {
  readonly podIP?: string
  readonly phase?: string
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly lastTransitionTime?: string }[]
  readonly containerStatuses?: readonly { readonly name: string; readonly imageID?: string }[]
}

export function podStatus(pod: KubernetesObject): PodStatus {
  return (pod.status ?? {}) as PodStatus
}

/** Ready, and not on its way out. */
export function isReady(pod: KubernetesObject): boolean {
  const ready = podStatus(pod).conditions?.some(condition => condition.type === 'Ready' && condition.status === 'True')
  return ready === true && pod.metadata.deletionTimestamp === undefined
}

/**
 * Since when (milliseconds of the epoch) a pod has not been ready, or a workload not available; since it was made where it never was, and `now`
 * where its status does not tell of it yet.
 */
export function lostSince(object: KubernetesObject, now: number): number {
  const { creationTimestamp } = object.metadata
  const condition = podStatus(object).conditions?.find(({ type }) => type === 'Ready' || type === 'Available')
  if (condition?.status === 'True') return now
  return Date.parse(condition?.lastTransitionTime ?? creationTimestamp ?? '') || now
}

/** Image IDs per container that have been reported, in canonical text; undefined while none is. */
export function imageIds(pod: KubernetesObject): string | undefined {
  if (!imageTexts.has(pod)) imageTexts.set(pod, imageIdsOf(pod))
  return imageTexts.get(pod)
}

/** What was read of a cluster never changes, and every look asks for the same pods again. */
const imageTexts = new WeakMap<KubernetesObject, string | undefined>()

function imageIdsOf(pod: KubernetesObject): string | undefined {
  const ids = (podStatus(pod).containerStatuses ?? []).flatMap(({ name, imageID }) => (imageID ? [[name, imageID]] : []))
  return ids.length === 0 ? undefined : canonical(Object.fromEntries(ids) as Record<string, string>)
}

/** Whether a selector selects pods with these labels; an empty one selects none (a Service without selector has no pods). */
export function selectsPods(selector: Labels, labels: Labels): boolean {
  const wanted = Object.entries(selector)
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
}
