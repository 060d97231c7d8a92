import { objectName, type KubernetesObject } from '#base/index.ts'
import { isManaged, rollsPods, selectsPods, templateOf } from '#model/release/index.ts'
import type { StepGoals, WayBackTried } from './facts.ts'
import { failures } from './failures.ts'
import { objection, ok, type PreflightFinding } from './finding.ts'
import { ownedFindings } from './owners.ts'
import type { RightsSeen } from './right.ts'
import { rightFindings } from './rights.ts'
import { losesAtEnd } from './roll.ts'
import { triedFindings } from './way-back.ts'

/** A plain release as its manifests and the cluster have it. */
export interface PlainSubject {
  readonly namespace: string
  readonly steps: readonly StepGoals[]
  /** Name of the ConfigMap from which the release can be restored. */
  readonly record: string
  /** Every Service of the namespace, those of the manifests among them. */
  readonly services: readonly KubernetesObject[]
  /** Every rendered object, and the live one where there is one. */
  readonly manifests: readonly { readonly object: KubernetesObject; readonly live?: KubernetesObject }[]
}

/** What was seen around it. */
export interface PlainAround {
  readonly rights: RightsSeen
  readonly wayBack: readonly WayBackTried[]
}

/** Everything that is to be said of a plain release before the first write. */
export function plainFindings(subject: PlainSubject, around: PlainAround): readonly PreflightFinding[] {
  const live = subject.manifests.flatMap(each => each.live ?? [])
  return [...rightFindings(around.rights), ...rollFindings(subject), ...ownedFindings(live), ...triedFindings(around)]
}

/** Pods are replaced while they have requests: what stands in the way of losing none. */
function rollFindings(subject: PlainSubject): readonly PreflightFinding[] {
  const served = subject.manifests
    .filter(({ object, live }) => live && rollsPods(object) && isServed(object, subject))
    .map(each => each.object)
  const losing = served.flatMap(workload => {
    const why = losses(workload, subject)
    return why.length === 0
      ? []
      : [objection('roll', 'warn', failures.PLAIN_ROLL_LOSES({ workload: objectName(workload), why: why.join('; ') }))]
  })
  return losing.length > 0 ? losing : [ok('roll', 'pods that have requests are ready before they get some, and wait before they stop')]
}

function isServed(workload: KubernetesObject, { services }: PlainSubject): boolean {
  const labels = templateOf(workload).metadata?.labels ?? {}
  return services.some(({ spec }) => {
    const { selector = {} } = (spec ?? {}) as { readonly selector?: Readonly<Record<string, string>> }
    return selectsPods(selector, labels)
  })
}

interface Spec {
  readonly replicas?: number
  readonly strategy?: { readonly type?: string; readonly rollingUpdate?: { readonly maxUnavailable?: number | string } }
  readonly template?: { readonly spec?: { readonly containers?: readonly { readonly readinessProbe?: unknown }[] } }
}

function losses(workload: KubernetesObject, subject: PlainSubject): readonly string[] {
  return [...noPodLeft(workload), ...unprobed(workload), ...losesAtEnd(workload, inMesh(subject))]
}

const specOf = ({ spec }: KubernetesObject): Spec => (spec ?? {}) as Spec

/** StatefulSets and DaemonSets take one pod after the other, and say so themselves where they do not. */
function noPodLeft(workload: KubernetesObject): readonly string[] {
  if (workload.kind !== 'Deployment') return []
  const { replicas = 1, strategy = {} } = specOf(workload)
  if (strategy.type === 'Recreate') return ['strategy Recreate takes every pod away before a new one is made']
  const away = podsAway(strategy.rollingUpdate?.maxUnavailable ?? '25%', replicas)
  return replicas > 0 && away >= replicas ? [`maxUnavailable lets all ${replicas} pods be away at once`] : []
}

/** Kubernetes rounds a percentage of pods that may be away down. */
function podsAway(said: number | string, replicas: number): number {
  return typeof said === 'number' ? said : Math.floor((Number.parseFloat(said) / 100) * replicas)
}

function unprobed(workload: KubernetesObject): readonly string[] {
  const probed = (specOf(workload).template?.spec?.containers ?? []).some(({ readinessProbe }) => readinessProbe !== undefined)
  return probed ? [] : ['no container has a readinessProbe, so a new pod gets requests before it can answer']
}

/** A route among the manifests tells that proxies stand before the pods. */
function inMesh({ manifests }: PlainSubject): boolean {
  return manifests.some(({ object }) => isManaged(object) || object.apiVersion.startsWith('networking.istio.io/'))
}
