import type { KubernetesObject } from '#base/index.ts'
import { ageColumn, nameColumn, text } from '../table/column.ts'
import { required, when } from '../validation/field-errors.ts'
import { builtIn } from './define.ts'

interface Claim extends KubernetesObject {
  readonly spec: {
    readonly accessModes?: readonly string[]
    readonly resources?: { readonly requests?: Readonly<Record<string, string>> }
    readonly storageClassName?: string
    readonly volumeName?: string
  }
  readonly status?: { readonly phase?: string; readonly capacity?: Readonly<Record<string, string>> }
}

const asClaim = (object: KubernetesObject): Claim => object as Claim

const shortModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}

export const persistentVolumeClaims = builtIn('', {
  kind: 'PersistentVolumeClaim',
  short: 'pvc',
  subresources: ['status'],
  returnsDeleted: true,
  rules: {
    beforeCreate: object => ({ ...object, status: { phase: 'Pending' } }),
    check: object => {
      const { accessModes = [], resources } = asClaim(object).spec
      return [
        ...when(accessModes.length === 0, () => required('spec.accessModes', 'at least 1 access mode is required')),
        ...when(!resources?.requests?.['storage'], () => required('spec.resources[storage]')),
      ]
    },
  },
  columns: [
    nameColumn,
    text('Status', object => asClaim(object).status?.phase ?? ''),
    text('Volume', object => asClaim(object).spec.volumeName ?? ''),
    text('Capacity', object => asClaim(object).status?.capacity?.['storage'] ?? ''),
    text('Access Modes', object => (asClaim(object).spec.accessModes ?? []).map(mode => shortModes[mode] ?? mode).join(',')),
    text('StorageClass', object => asClaim(object).spec.storageClassName ?? ''),
    text('VolumeAttributesClass', () => '<unset>'),
    ageColumn,
  ],
})
