/** What the server knows of one resource: its names, where it lives, and its own rules. */
export interface Resource {
  /** Empty: the core group. */
  readonly group: string
  /** Served versions, the preferred one first. They are views of one storage. */
  readonly versions: readonly string[]
  readonly kind: string
  readonly plural: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  /** A custom resource: no strategic merge, no unconditional update, unknown fields pruned by its schema. */
  readonly custom: boolean
  readonly subresources: readonly Subresource[]
}

export type Subresource = 'status' | 'scale'

/** The name under which the store and controllers know a resource: `pods`, `deployments.apps`. */
export const resourceName = ({ group, plural }: Pick<Resource, 'group' | 'plural'>): string => (group ? `${plural}.${group}` : plural)

export const apiVersionOf = (group: string, version: string): string => (group ? `${group}/${version}` : version)
