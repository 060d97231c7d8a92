import type { KubernetesObject } from '#base/index.ts'

/** A route that nobody manages, to the bare Service: only its selector can move traffic. */
export const withoutMesh = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
  objects
    .filter(object => object.kind !== 'DestinationRule')
    .map(object => (object.kind === 'VirtualService' ? { ...object, metadata: { name: object.metadata.name, namespace: 'shop' } } : object))
