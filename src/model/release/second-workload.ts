import type { KubernetesObject } from '#base/index.ts'
import { canaryName } from './observed.ts'
import { specOf, TRACK, type PodTemplate } from './workload.ts'

/** Labels and annotations by which other tools say that an object is theirs: a copy with them would be pruned or "healed" by those tools. */
const FOREIGN = [
  /^argocd\.argoproj\.io\//,
  /^app\.kubernetes\.io\/managed-by$/,
  /^app\.kubernetes\.io\/instance$/,
  /^helm\.sh\//,
  /^meta\.helm\.sh\//,
  /^kustomize\.toolkit\.fluxcd\.io\//,
  /^helm\.toolkit\.fluxcd\.io\//,
  /^kubectl\.kubernetes\.io\/last-applied-configuration$/,
  /^deployment\.kubernetes\.io\//,
  /^sluice\.dev\/run$/,
]

function own(map: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !FOREIGN.some(form => form.test(key))))
}

/**
 * The second workload: stable's Deployment under the name `<name>-canary`, with a template of its own and the track label on pods and selector,
 * so that neither Deployment ever counts the other's pods. Without pods at first. Pods keep every label that the Service selects by.
 */
export function secondWorkload(stable: KubernetesObject, template: unknown): KubernetesObject {
  const { metadata } = stable
  const spec = specOf(stable)
  const { paused: _, ...settings } = spec as { readonly paused?: boolean }
  const { labels, annotations } = metadata
  const name = canaryName(metadata.name)
  return {
    apiVersion: stable.apiVersion,
    kind: stable.kind,
    metadata: {
      name,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      labels: { ...own(labels), [TRACK]: 'canary' },
      ...(Object.keys(own(annotations)).length === 0 ? {} : { annotations: own(annotations) }),
    },
    spec: {
      ...settings,
      replicas: 0,
      selector: { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, [TRACK]: 'canary' } },
      template: tracked(template as PodTemplate),
    },
  }
}

function tracked(template: PodTemplate): PodTemplate {
  return { ...template, metadata: { ...template.metadata, labels: { ...template.metadata?.labels, [TRACK]: 'canary' } } }
}
