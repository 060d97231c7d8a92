import type { KubernetesObject } from '#base/index.ts'
import { namespaceOf, type KubernetesGateway } from './objects.ts'

/** The controller that istiod is to GatewayClasses, Gateways and routes. */
export const istioGatewayController = 'istio.io/gateway-controller'

/** A Service by its name. */
export interface ServiceKey {
  readonly namespace: string
  readonly name: string
}

/** The ingress of a usual installation of Istio. */
const usualIngress: ServiceKey = { namespace: 'istio-system', name: 'istio-ingressgateway' }

/** The Gateways whose class istiod controls. */
export function istioGateways(gateways: readonly KubernetesGateway[], classes: readonly KubernetesObject[]): readonly KubernetesGateway[] {
  const own = classes.filter(({ spec }) => (spec as { readonly controllerName?: string }).controllerName === istioGatewayController)
  const names = new Set(own.map(({ metadata }) => metadata.name))
  return gateways.filter(({ spec }) => names.has(spec.gatewayClassName))
}

/**
 * The Services whose pods serve a Gateway: those that its addresses name. Without addresses Istio would deploy proxies for it alone; here it
 * is taken to be served by the usual ingress.
 */
export function gatewayServices(gateway: KubernetesGateway): readonly ServiceKey[] {
  const hosts = (gateway.spec.addresses ?? []).filter(({ type }) => type === 'Hostname').flatMap(({ value }) => value ?? [])
  if (hosts.length === 0) return [usualIngress]
  return hosts.map(host => {
    const [name = host, namespace = namespaceOf(gateway)] = host.split('.')
    return { namespace, name }
  })
}
