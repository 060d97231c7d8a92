import type { KubernetesObject } from '#base/index.ts'

/** Changes with the object's spec and with nothing else. A Service has no generation: there the spec itself tells. */
export function specVersion({ metadata, spec }: KubernetesObject): string {
  return `${metadata.uid ?? ''}/${metadata.generation ?? JSON.stringify(spec)}`
}
