import type { KubernetesObject } from '#base/index.ts'
import { firstShortfall, type SteadyState } from './state.ts'

/** As kstatus: only a LoadBalancer is waited for, and only for its cluster IP (the outer address may never come). */
export function service(object: KubernetesObject): SteadyState {
  const { type, clusterIP } = (object.spec ?? {}) as { readonly type?: string; readonly clusterIP?: string }
  return firstShortfall(object, [['NoIPAssigned', type === 'LoadBalancer' && !clusterIP, 'no cluster IP yet']], 'there')
}
