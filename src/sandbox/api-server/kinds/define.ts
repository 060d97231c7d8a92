import type { Resource, Rules, Subresource } from '../resource.ts'
import { builtInType } from '../schema/tables.ts'
import type { StructType } from '../schema/type.ts'
import { plainColumns } from '../table/column.ts'

/** What differs from kind to kind; the rest is what most kinds have. */
interface Definition extends Partial<
  Pick<Resource, 'plural' | 'conversions' | 'generation' | 'selectable' | 'nameForm' | 'returnsDeleted' | 'columns' | 'versions'>
> {
  readonly kind: string
  readonly short?: string
  readonly categories?: string
  readonly scope?: 'cluster'
  readonly subresources?: readonly Subresource[]
  readonly type?: (version: string) => StructType
  readonly rules?: Rules
}

interface Group {
  readonly group: string
  readonly versions: readonly string[]
  readonly custom: boolean
}

function define({ group, versions, custom }: Group, own: Definition, type: (version: string) => StructType): Resource {
  const { kind, short, categories, scope, subresources = [], ...rest } = own
  return {
    group,
    versions,
    custom,
    plural: `${kind.toLowerCase()}s`,
    conversions: {},
    generation: custom,
    selectable: [],
    nameForm: 'subdomain',
    returnsDeleted: false,
    rules: {},
    columns: plainColumns,
    type,
    ...rest,
    kind,
    shortNames: short?.split(' ') ?? [],
    categories: categories?.split(' ') ?? [],
    namespaced: scope !== 'cluster',
    subresources,
  }
}

/** A kind of Kubernetes itself; its type stands in the schema tables under the kind's name. */
export const builtIn = (group: string, own: Definition): Resource =>
  define({ group, versions: ['v1'], custom: false }, own, () => builtInType(own.kind))

/** A kind that a CustomResourceDefinition brings. */
export const customResource = (
  group: string,
  versions: readonly string[],
  own: Definition & { readonly type: () => StructType },
): Resource => define({ group, versions, custom: true }, own, own.type)
