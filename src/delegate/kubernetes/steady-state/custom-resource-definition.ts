import type { KubernetesObject } from '#base/index.ts'
import { conditionOf, current, failed, inProgress, type SteadyState } from './state.ts'

export function customResourceDefinition(object: KubernetesObject): SteadyState {
  const names = conditionOf(object, 'NamesAccepted')
  if (names?.status === 'False') return failed(object, names.reason ?? 'NamesNotAccepted', names.message ?? 'its names are taken')
  const established = conditionOf(object, 'Established')
  if (established?.status === 'True') return current(object, 'established')
  if (established?.status === 'False' && established.reason !== 'Installing')
    return failed(object, established.reason ?? 'NotEstablished', established.message ?? 'not established')
  return inProgress(object, 'Installing', 'not served yet')
}
