import type { KubernetesObject, Random } from '#base/index.ts'
import type { StructType } from './schema/type.ts'
import type { FieldError } from './status.ts'
import type { Column } from './table/column.ts'

/** What the server knows of one resource: its names, where it lives, and its own rules. */
export interface Resource {
  /** Empty: the core group. */
  readonly group: string
  /** Served versions, the preferred one first: it is the form in storage, the others are views of it. */
  readonly versions: readonly string[]
  readonly kind: string
  readonly plural: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  /** A custom resource: no strategic merge, no unconditional update, fields pruned by its schema. */
  readonly custom: boolean
  readonly subresources: readonly Subresource[]
  /** What objects look like, by version. */
  readonly type: (version: string) => StructType
  /** How a version other than the stored one is made from it and turned back; by default only apiVersion differs. */
  readonly conversions: Readonly<Record<string, Conversion>>
  /** Counts changes of what is desired in metadata.generation. */
  readonly generation: boolean
  /** Fields for field selectors, besides metadata.name and metadata.namespace. */
  readonly selectable: readonly string[]
  readonly nameForm: NameForm
  /** A DELETE answers with the object instead of a Status. */
  readonly returnsDeleted: boolean
  readonly rules: Rules
  readonly columns: readonly Column[]
}

export type Subresource = 'status' | 'scale' | 'finalize'

export type NameForm = 'subdomain' | 'label' | 'serviceName' | 'segment'

export interface Conversion {
  readonly fromStored: (object: KubernetesObject) => KubernetesObject
  readonly toStored: (object: KubernetesObject) => KubernetesObject
}

/** What rules may use of the server: chance, and what else is stored. */
export interface Surroundings {
  readonly random: Random
  list(resource: string): readonly KubernetesObject[]
}

/** What one kind adds to the general way of a write. Everything is optional; results are new objects. */
export interface Rules {
  /** Defaults that depend on other fields; the plain ones stand in the schema tables. */
  readonly defaults?: (object: KubernetesObject) => KubernetesObject
  /** What the server itself sets on a new object. Managers do not own it. */
  readonly beforeCreate?: (object: KubernetesObject, around: Surroundings) => KubernetesObject
  readonly beforeUpdate?: (object: KubernetesObject, old: KubernetesObject, around: Surroundings) => KubernetesObject
  readonly check?: (object: KubernetesObject) => readonly FieldError[]
  readonly checkUpdate?: (object: KubernetesObject, old: KubernetesObject) => readonly FieldError[]
}

/** The name under which the store and controllers know a resource: `pods`, `deployments.apps`. */
export const resourceName = ({ group, plural }: Pick<Resource, 'group' | 'plural'>): string => (group ? `${plural}.${group}` : plural)

export const apiVersionOf = (group: string, version: string): string => (group ? `${group}/${version}` : version)

/** The object as one version shows it. */
export function inVersion(resource: Resource, object: KubernetesObject, version: string): KubernetesObject {
  if (version === resource.versions[0]) return object
  const view = resource.conversions[version]?.fromStored(object) ?? object
  return { ...view, apiVersion: apiVersionOf(resource.group, version) }
}
