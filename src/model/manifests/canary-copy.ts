import { objectName, type KubernetesObject } from '#base/index.ts'
import { manifests } from './failures.ts'

/** On pods and selector of the second workload; its value is `canary`. */
export const trackLabel = 'sluice.dev/track'

/** A ReplicaSet has its Deployment's name with `-` and a hash of 10 characters behind it, and 253 characters at most. */
const longestDeployment = 253 - 11

/**
 * Labels and annotations by which other tools say that an object is theirs: they would prune or "heal" a copy that has them. A Deployment's
 * revision and a run's mark belong to the original too.
 */
const foreign = [
  /^argocd\.argoproj\.io\//,
  /^app\.kubernetes\.io\/(?:managed-by|instance)$/,
  /^(?:meta\.)?helm\.sh\//,
  /^(?:[a-z]+\.)?toolkit\.fluxcd\.io\//,
  /^fluxcd\.io\//,
  /^kubectl\.kubernetes\.io\/last-applied-configuration$/,
  /^deployment\.kubernetes\.io\//,
  /^sluice\.dev\/run$/,
]

/** Why a kind of workload has no canary; undefined where it can have one. */
const reasons: Readonly<Record<string, string>> = {
  StatefulSet: 'its pods have names and volumes of their own, which a second StatefulSet would not share',
  DaemonSet: 'it runs one pod on every node, so a second one would be as large as the first',
}

type Labels = Readonly<Record<string, string>>

interface Spec {
  readonly paused?: boolean
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> }
  readonly template?: PodTemplate
  readonly [field: string]: unknown
}

interface PodTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }
}

/** The name of the second workload. */
export function canaryName(workload: string): string {
  return `${workload}-canary`
}

/**
 * The Deployment as `<name>-canary` with a pod template of its own (that of the original, where none is given): the track label stands on pods
 * and selector, so that neither ever counts the other's pods, and there are no pods yet. `apart`: labels that stand there with other values,
 * so that a Service does not select its pods. Throws where the kind or the name will not do.
 */
export function canaryCopy(workload: KubernetesObject, template?: unknown, apart: Labels = {}): KubernetesObject {
  const { apiVersion, kind, metadata } = workload
  if (kind !== 'Deployment') {
    throw manifests.CANARY_KIND({
      object: objectName(workload),
      reason: reasons[kind] ?? 'only a Deployment can have a second one beside it',
    })
  }
  const name = canaryName(metadata.name)
  if (name.length > longestDeployment) {
    throw manifests.CANARY_NAME({ object: objectName(workload), length: metadata.name.length, most: longestDeployment })
  }
  const { paused: _, ...spec } = (workload.spec ?? {}) as Spec
  const annotations = own(metadata.annotations)
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      labels: { ...own(metadata.labels), [trackLabel]: 'canary' },
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: {
      ...spec,
      replicas: 0,
      selector: { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, ...apart, [trackLabel]: 'canary' } },
      template: tracked((template ?? spec.template ?? {}) as PodTemplate, apart),
    },
  }
}

function tracked(template: PodTemplate, apart: Labels): PodTemplate {
  return { ...template, metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...apart, [trackLabel]: 'canary' } } }
}

function own(map: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !foreign.some(form => form.test(key))))
}
