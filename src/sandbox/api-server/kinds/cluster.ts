import type { KubernetesObject } from '#base/index.ts'
import { ageColumn, createdColumn, nameColumn, text, type Column } from '../table/column.ts'
import { builtIn } from './define.ts'
import { quotaText } from './quota-text.ts'

interface Namespace extends KubernetesObject {
  readonly spec?: { readonly finalizers?: readonly string[] }
  readonly status?: { readonly phase?: string }
}

const nameLabel = 'kubernetes.io/metadata.name'

export const namespaces = builtIn('', {
  kind: 'Namespace',
  short: 'ns',
  scope: 'cluster',
  subresources: ['status', 'finalize'],
  nameForm: 'label',
  selectable: ['status.phase'],
  rules: {
    defaults: object => ({
      ...object,
      metadata: { ...object.metadata, labels: { ...object.metadata.labels, [nameLabel]: object.metadata.name } },
    }),
    beforeCreate: object => ({ ...object, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }),
  },
  columns: [nameColumn, text('Status', object => (object as Namespace).status?.phase), ageColumn],
})

interface Node extends KubernetesObject {
  readonly spec?: { readonly unschedulable?: boolean }
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
    readonly nodeInfo?: { readonly kubeletVersion?: string }
  }
}

const roleLabel = 'node-role.kubernetes.io/'

function nodeState({ spec, status }: Node): string {
  const ready = status?.conditions?.find(condition => condition.type === 'Ready')?.status
  const state = ready === undefined ? 'Unknown' : ready === 'True' ? 'Ready' : 'NotReady'
  return spec?.unschedulable ? `${state},SchedulingDisabled` : state
}

const nodeColumns: readonly Column[] = [
  nameColumn,
  text('Status', object => nodeState(object as Node)),
  text('Roles', ({ metadata }) => {
    const roles = Object.keys(metadata.labels ?? {}).filter(key => key.startsWith(roleLabel))
    return roles.map(key => key.slice(roleLabel.length)).join(',') || '<none>'
  }),
  ageColumn,
  text('Version', object => (object as Node).status?.nodeInfo?.kubeletVersion ?? ''),
]

export const nodes = builtIn('', {
  kind: 'Node',
  short: 'no',
  scope: 'cluster',
  subresources: ['status'],
  selectable: ['spec.unschedulable'],
  columns: nodeColumns,
})

export const resourceQuotas = builtIn('', {
  kind: 'ResourceQuota',
  short: 'quota',
  subresources: ['status'],
  returnsDeleted: true,
  columns: [nameColumn, text('Request', object => quotaText(object, false)), text('Limit', object => quotaText(object, true)), ageColumn],
})

export const limitRanges = builtIn('', { kind: 'LimitRange', short: 'limits', columns: [nameColumn, createdColumn] })
