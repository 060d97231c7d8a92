import type { KubernetesObject } from '#base/index.ts'
import type { Service } from './resources.ts'

/** The configuration that pushes are generated from; a push re-reads only the kinds that caused it. */
export interface PushContext {
  /** `2026-11-26T01:02:03Z/5`: the start of the push in whole seconds, and its number. */
  readonly version: string
  readonly virtualServices: readonly KubernetesObject[]
  readonly destinationRules: readonly KubernetesObject[]
  readonly gateways: readonly KubernetesObject[]
  readonly services: readonly Service[]
}

/** Before the first push. */
export const emptyContext: PushContext = { version: '', virtualServices: [], destinationRules: [], gateways: [], services: [] }

/** Kind → its place in a push context. */
export const contextField = {
  VirtualService: 'virtualServices',
  DestinationRule: 'destinationRules',
  Gateway: 'gateways',
  Service: 'services',
} as const
