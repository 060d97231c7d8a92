import type { KubernetesObject } from '#base/index.ts'
import type { Resource } from '../resource.ts'

/** An object's metadata alone. */
export const partialMetadata = ({ metadata }: KubernetesObject): object => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
})

export interface TableOptions {
  readonly resource: Resource
  readonly now: number
  /** Columns are told once per answer; a watch tells them with its first event. */
  readonly withColumns: boolean
  readonly include: string | null
}

/** Objects as a meta.k8s.io Table, the form that `kubectl get` prints. */
export function table(
  objects: readonly KubernetesObject[],
  metadata: object,
  { resource, now, withColumns, include }: TableOptions,
): object {
  const definitions = resource.columns.map(({ name, type, format, priority }) => ({ name, type, format, description: '', priority }))
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: withColumns ? definitions : null,
    rows: objects.map(object => ({
      cells: resource.columns.map(column => column.cell(object, now)),
      object: rowObject(object, include),
    })),
  }
}

function rowObject(object: KubernetesObject, include: string | null): object | null {
  if (include === 'None') return null
  return include === 'Object' ? object : partialMetadata(object)
}
