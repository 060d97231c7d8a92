import {
  gatewayRouteHosts,
  gatewayServices,
  isParent,
  istioGateways,
  listenersOf,
  type GatewayHost,
  type GatewayRoute,
  type KubernetesGateway,
  type ReferenceGrant,
  type ServiceKey,
} from '#model/traffic/index.ts'
import { knownServices, type GatewayNode, type PushContext } from './push-context.ts'
import type { Service } from './resources.ts'

/** The Gateways of the Gateway API that a proxy serves: those whose Services select it. */
export function gatewayApiGateways(context: PushContext, node: GatewayNode): readonly KubernetesGateway[] {
  const own = istioGateways(context.kubernetesGateways as readonly KubernetesGateway[], context.gatewayClasses)
  return own.filter(gateway =>
    gatewayServices(gateway).some(key => context.services.some(service => isAt(service, key) && selects(service, node))),
  )
}

export function gatewayApiPorts(context: PushContext, node: GatewayNode): readonly number[] {
  return gatewayApiGateways(context, node)
    .flatMap(listenersOf)
    .filter(({ protocol }) => protocol === 'HTTP')
    .map(({ port }) => port)
}

/** The hosts for which routes of the Gateway API decide, at a proxy's port. */
export function gatewayApiHosts(context: PushContext, node: GatewayNode, port: number): readonly GatewayHost[] {
  const gateways = gatewayApiGateways(context, node)
  if (gateways.length === 0) return []
  const labels = new Map(context.namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]))
  const config = {
    gateways,
    routes: [...context.httpRoutes, ...context.grpcRoutes] as readonly GatewayRoute[],
    grants: context.referenceGrants as readonly ReferenceGrant[],
    services: knownServices(context),
    namespaceLabels: (namespace: string) => labels.get(namespace) ?? {},
  }
  return gatewayRouteHosts(config, port)
}

/** Whether a route names one of these Gateways. */
export function hasParentAmong(route: GatewayRoute, gateways: readonly KubernetesGateway[]): boolean {
  const namespace = route.metadata.namespace ?? ''
  return (route.spec.parentRefs ?? []).some(ref => gateways.some(gateway => isParent(ref, namespace, gateway)))
}

function isAt({ metadata }: Service, { namespace, name }: ServiceKey): boolean {
  return metadata.name === name && metadata.namespace === namespace
}

function selects({ spec, metadata }: Service, node: GatewayNode): boolean {
  const selector = Object.entries(spec?.selector ?? {})
  return metadata.namespace === node.namespace && selector.length > 0 && selector.every(([key, value]) => node.labels[key] === value)
}
