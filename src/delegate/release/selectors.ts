import type { KubernetesObject } from '#base/index.ts'
import { specOf, type Manifests } from '#model/release/index.ts'

/** Label selector, as kubectl writes it, that selects the pods of a workload, and those of its canary too. */
export function podSelector(manifests: Manifests, workload: string): string {
  const deployment = (manifests.objects as unknown as readonly KubernetesObject[]).find(
    object => object.kind === 'Deployment' && object.metadata.name === workload,
  )
  return labelSelector(specOf(deployment).selector?.matchLabels ?? {})
}

export function labelSelector(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}
