import type { KubernetesObject } from '#base/index.ts'

/**
 * Changes with what routes requests in the object, and with nothing else: its spec (a Service has no generation: there the spec itself tells),
 * and in an Ingress the annotations of its controllers too.
 */
export function specVersion({ kind, metadata, spec }: KubernetesObject): string {
  const version = `${metadata.uid ?? ''}/${metadata.generation ?? JSON.stringify(spec)}`
  return kind === 'Ingress' ? `${version}/${JSON.stringify(controllers(metadata.annotations ?? {}))}` : version
}

/** All but the run's own mark. */
function controllers(annotations: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(annotations)
    .filter(([key]) => !key.startsWith('sluice.dev/'))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
}
