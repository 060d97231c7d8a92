import type { KubernetesObject } from '#base/index.ts'
import { ageColumn, createdColumn, nameColumn, text } from '../table/column.ts'
import { immutable, notSupported, required, when } from '../validation/field-errors.ts'
import { equal } from '../json.ts'
import type { Rules } from '../resource.ts'
import { builtIn } from './define.ts'

const group = 'rbac.authorization.k8s.io'

interface Binding extends KubernetesObject {
  readonly subjects?: readonly { readonly kind: string; readonly apiGroup?: string; readonly name: string }[]
  readonly roleRef: { readonly kind: string; readonly name: string }
}

const asBinding = (object: KubernetesObject): Binding => object as Binding

/** Users and groups are of this API group; service accounts are of the core group. */
const withSubjectGroups = (object: KubernetesObject): KubernetesObject => {
  const { subjects } = asBinding(object)
  if (!subjects) return object
  const filled = subjects.map(subject =>
    subject.kind === 'ServiceAccount' || subject.apiGroup ? subject : { ...subject, apiGroup: group },
  )
  return { ...object, subjects: filled }
}

const bindingRules = (kinds: readonly string[]): Rules => ({
  defaults: withSubjectGroups,
  check: object => {
    const { kind, name } = asBinding(object).roleRef
    return [...when(!kinds.includes(kind), () => notSupported('roleRef.kind', kind, kinds)), ...when(!name, () => required('roleRef.name'))]
  },
  checkUpdate: (object, old) => {
    const { roleRef } = asBinding(object)
    return when(!equal(roleRef, asBinding(old).roleRef), () => ({
      ...immutable('roleRef', roleRef),
      message: 'Invalid value: cannot change roleRef',
    }))
  },
})

const roleColumns = [nameColumn, createdColumn]
const bindingColumns = [
  nameColumn,
  text('Role', object => `${asBinding(object).roleRef.kind}/${asBinding(object).roleRef.name}`),
  ageColumn,
]

export const roles = builtIn(group, { kind: 'Role', nameForm: 'segment', columns: roleColumns })
export const clusterRoles = builtIn(group, { kind: 'ClusterRole', scope: 'cluster', nameForm: 'segment', columns: roleColumns })

export const roleBindings = builtIn(group, {
  kind: 'RoleBinding',
  nameForm: 'segment',
  rules: bindingRules(['Role', 'ClusterRole']),
  columns: bindingColumns,
})
export const clusterRoleBindings = builtIn(group, {
  kind: 'ClusterRoleBinding',
  scope: 'cluster',
  nameForm: 'segment',
  rules: bindingRules(['ClusterRole']),
  columns: bindingColumns,
})
