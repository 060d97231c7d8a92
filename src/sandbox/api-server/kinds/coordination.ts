import type { KubernetesObject } from '#base/index.ts'
import { ageColumn, nameColumn, text } from '../table/column.ts'
import { invalidValue, when } from '../validation/field-errors.ts'
import { builtIn } from './define.ts'

interface Lease extends KubernetesObject {
  readonly spec?: { readonly holderIdentity?: string; readonly leaseDurationSeconds?: number; readonly leaseTransitions?: number }
}

const asLease = (object: KubernetesObject): Lease => object as Lease

export const leases = builtIn('coordination.k8s.io', {
  kind: 'Lease',
  rules: {
    check: object => {
      const { leaseDurationSeconds: seconds, leaseTransitions: transitions } = asLease(object).spec ?? {}
      return [
        ...when(seconds !== undefined && seconds <= 0, () => invalidValue('spec.leaseDurationSeconds', seconds, 'must be greater than 0')),
        ...when(transitions !== undefined && transitions < 0, () =>
          invalidValue('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'),
        ),
      ]
    },
  },
  columns: [nameColumn, text('Holder', object => asLease(object).spec?.holderIdentity ?? ''), ageColumn],
})
