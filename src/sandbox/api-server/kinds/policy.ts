import type { KubernetesObject } from '#base/index.ts'
import { ageColumn, count, nameColumn, text } from '../table/column.ts'
import { invalidValue, when } from '../validation/field-errors.ts'
import { builtIn } from './define.ts'

interface Budget extends KubernetesObject {
  readonly spec: {
    readonly minAvailable?: number | string
    readonly maxUnavailable?: number | string
    readonly selector?: unknown
    readonly unhealthyPodEvictionPolicy?: string
  }
  readonly status?: { readonly disruptionsAllowed?: number }
}

const asBudget = (object: KubernetesObject): Budget => object as Budget

export const podDisruptionBudgets = builtIn('policy', {
  kind: 'PodDisruptionBudget',
  short: 'pdb',
  subresources: ['status'],
  generation: true,
  rules: {
    check: object => {
      const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = asBudget(object).spec
      const shown = {
        MinAvailable: minAvailable,
        Selector: selector ?? null,
        MaxUnavailable: maxUnavailable,
        UnhealthyPodEvictionPolicy: unhealthyPodEvictionPolicy ?? null,
      }
      return when(minAvailable !== undefined && maxUnavailable !== undefined, () =>
        invalidValue('spec', shown, 'minAvailable and maxUnavailable cannot be both set'),
      )
    },
  },
  columns: [
    nameColumn,
    text('Min Available', object => String(asBudget(object).spec.minAvailable ?? 'N/A')),
    text('Max Unavailable', object => String(asBudget(object).spec.maxUnavailable ?? 'N/A')),
    count('Allowed Disruptions', object => asBudget(object).status?.disruptionsAllowed ?? 0),
    ageColumn,
  ],
})
