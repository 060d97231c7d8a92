import type { KubernetesObject } from '#base/index.ts'
import {
  istioGateways,
  type GatewayRoute,
  type GatewayRoutingConfig,
  type KubernetesGateway,
  type ReferenceGrant,
} from '#model/traffic/index.ts'
import type { Objects } from '../objects.ts'

/** Resources of the Gateway API, by their kinds. */
export const gatewayApi = {
  GatewayClass: 'gatewayclasses.gateway.networking.k8s.io',
  Gateway: 'gateways.gateway.networking.k8s.io',
  HTTPRoute: 'httproutes.gateway.networking.k8s.io',
  GRPCRoute: 'grpcroutes.gateway.networking.k8s.io',
  ReferenceGrant: 'referencegrants.gateway.networking.k8s.io',
} as const

/** What decides about Gateways and routes, as it stands now. */
export function routingConfig(objects: Objects): GatewayRoutingConfig {
  return {
    gateways: istioGateways(objects.list(gatewayApi.Gateway) as readonly KubernetesGateway[], objects.list(gatewayApi.GatewayClass)),
    routes: [...objects.list(gatewayApi.HTTPRoute), ...objects.list(gatewayApi.GRPCRoute)] as readonly GatewayRoute[],
    grants: objects.list(gatewayApi.ReferenceGrant) as readonly ReferenceGrant[],
    services: objects.list('services').map(knownService),
    namespaceLabels: name => objects.get('namespaces', '', name)?.metadata.labels ?? {},
  }
}

function knownService({ metadata, spec }: KubernetesObject): { readonly host: string; readonly ports: readonly number[] } {
  const { ports = [] } = (spec ?? {}) as { readonly ports?: readonly { readonly port: number }[] }
  return { host: `${metadata.name}.${metadata.namespace}.svc.cluster.local`, ports: ports.map(({ port }) => port) }
}
