import type { KubernetesObject } from '#base/index.ts'
import { firstShortfall, type SteadyState } from './state.ts'

export function persistentVolumeClaim(object: KubernetesObject): SteadyState {
  const { phase } = (object.status ?? {}) as { readonly phase?: string }
  return firstShortfall(object, [['NotBound', phase !== 'Bound', 'not bound to a volume yet']], 'bound')
}
