import { rememberedOf, type KubernetesObject } from '#base/index.ts'
import { managedEntries } from '#model/release/index.ts'

/**
 * Changes whenever somebody writes what routes requests in the object: its spec, and in an Ingress the annotations of its controllers. What has no
 * generation to count that (a Service's spec, annotations) is told by its content and by when its owners wrote last: content alone may be back where
 * it was, with something else between that a process which stood still has not seen.
 */
export const specVersion = rememberedOf((object: KubernetesObject): string => {
  const { kind, metadata, spec } = object
  const uid = metadata.uid ?? ''
  if (metadata.generation === undefined) return `${uid}/${JSON.stringify(spec)}/${writtenAt(object, 'f:spec')}`
  const version = `${uid}/${metadata.generation}`
  return kind === 'Ingress'
    ? `${version}/${JSON.stringify(controllers(metadata.annotations ?? {}))}/${writtenAt(object, 'f:metadata')}`
    : version
})

/** All but the run's own mark. */
function controllers(annotations: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(annotations)
    .filter(([key]) => !key.startsWith('sluice.dev/'))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function writtenAt(object: KubernetesObject, part: 'f:spec' | 'f:metadata'): string {
  const owners = managedEntries(object).filter(({ fieldsV1 }) => fieldsV1?.[part] !== undefined)
  return owners
    .map(({ manager, time }) => `${manager} ${time}`)
    .toSorted()
    .join()
}
