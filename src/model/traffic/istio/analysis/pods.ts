import type { KubernetesObject } from '#base/index.ts'
import { namespaceOf } from '../objects.ts'
import { selects, type Labels } from '../subsets.ts'
import type { AnalyzedConfig } from './analyzer.ts'

/** A pod as far as routes can see it: one that is there, or those that a workload will have. */
export interface PodLike {
  readonly namespace: string
  readonly labels: Labels
}

interface Spec {
  readonly nodeName?: string
  readonly template?: { readonly metadata?: { readonly labels?: Labels } }
}

/** The pods among the objects and those that their workloads describe, with the topology that a pod's node lends it. */
export function podsOf({ objects }: AnalyzedConfig): readonly PodLike[] {
  const nodes = new Map(objects.filter(({ kind }) => kind === 'Node').map(({ metadata }) => [metadata.name, metadata.labels ?? {}]))
  return objects.flatMap(object => {
    const labels = labelsOf(object, nodes)
    return labels ? [{ namespace: namespaceOf(object), labels }] : []
  })
}

function labelsOf(object: KubernetesObject, nodes: ReadonlyMap<string, Labels>): Labels | undefined {
  const { nodeName = '', template } = (object.spec ?? {}) as Spec
  if (object.kind === 'Pod') return { ...topology(nodes.get(nodeName)), ...object.metadata.labels }
  return template?.metadata?.labels
}

/** Labels of a node by which endpoints are known too. */
function topology(labels: Labels = {}): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => key.startsWith('topology.') || key === 'kubernetes.io/hostname'))
}

export function podsSelected(pods: readonly PodLike[], selector: Labels, namespace?: string): readonly PodLike[] {
  return pods.filter(pod => (namespace === undefined || pod.namespace === namespace) && selects(selector, pod.labels))
}
