import type { KubernetesObject } from '#base/index.ts'
import type { KnownService } from '#model/traffic/index.ts'
import { hostOf, type Service } from './resources.ts'

/** The configuration that pushes are generated from; a push re-reads only the kinds that caused it. */
export interface PushContext {
  /** `2026-11-26T01:02:03Z/5`: the start of the push in whole seconds, and its number. */
  readonly version: string
  readonly virtualServices: readonly KubernetesObject[]
  readonly destinationRules: readonly KubernetesObject[]
  readonly gateways: readonly KubernetesObject[]
  readonly services: readonly Service[]
  readonly gatewayClasses: readonly KubernetesObject[]
  /** Of the Gateway API. */
  readonly kubernetesGateways: readonly KubernetesObject[]
  readonly httpRoutes: readonly KubernetesObject[]
  readonly grpcRoutes: readonly KubernetesObject[]
  readonly referenceGrants: readonly KubernetesObject[]
  readonly namespaces: readonly KubernetesObject[]
}

/** A gateway proxy, as far as its configuration depends on it. */
export interface GatewayNode {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
}

/** Before the first push. */
export const emptyContext: PushContext = {
  version: '',
  virtualServices: [],
  destinationRules: [],
  gateways: [],
  services: [],
  gatewayClasses: [],
  kubernetesGateways: [],
  httpRoutes: [],
  grpcRoutes: [],
  referenceGrants: [],
  namespaces: [],
}

/** Kind → its place in a push context. */
export const contextField = {
  VirtualService: 'virtualServices',
  DestinationRule: 'destinationRules',
  Gateway: 'gateways',
  Service: 'services',
  GatewayClass: 'gatewayClasses',
  KubernetesGateway: 'kubernetesGateways',
  HTTPRoute: 'httpRoutes',
  GRPCRoute: 'grpcRoutes',
  ReferenceGrant: 'referenceGrants',
  Namespace: 'namespaces',
} as const

/** The Services that routes can name. */
export function knownServices({ services }: PushContext): readonly KnownService[] {
  return services.map(service => ({ host: hostOf(service), ports: (service.spec?.ports ?? []).map(({ port }) => port) }))
}
