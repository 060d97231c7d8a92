import { expandHost } from '../hosts.ts'
import { namespaceOf, type Gateway, type VirtualService } from '../objects.ts'
import { boundGateways } from './gateway-reference.ts'
import type { CompiledRoute, RouteClient } from './routes.ts'
import type { KnownService } from './shares.ts'
import { isVisible } from './visibility.ts'

/** One Host header (exact, `*.example.com` or `*`) and what a proxy does with requests for it. */
export interface VirtualHost {
  readonly domain: string
  readonly routes: readonly CompiledRoute[]
  /** Plain requests are sent to https. */
  readonly httpsRedirect?: true
  /** A service that no VirtualService speaks of: requests go to it as it is. */
  readonly service?: KnownService
}

export interface HostConfig {
  /** With delegates resolved (`resolveDelegates`). */
  readonly virtualServices: readonly VirtualService[]
  /** Where none is given, gateways are taken to accept every host. */
  readonly gateways: readonly Gateway[]
  /** Where undefined, every name that ends like a Kubernetes service is taken for one. */
  readonly services: readonly KnownService[] | undefined
  readonly domain: string
}

/** The VirtualServices that are bound to one of these gateways and visible to the client. */
export function boundTo(config: HostConfig, client: RouteClient, gateways: readonly string[]): readonly VirtualService[] {
  return config.virtualServices.filter(service => {
    const namespace = namespaceOf(service)
    const bound = boundGateways(service.spec.gateways, namespace).some(name => gateways.includes(name))
    return bound && isVisible({ namespace, exportTo: service.spec.exportTo }, client.namespace)
  })
}

/** Hosts of a VirtualService by their full names, in lower case. */
export function fullHosts(service: VirtualService, domain: string): readonly string[] {
  return (service.spec.hosts ?? []).map(host => expandHost(host, namespaceOf(service), domain).toLowerCase())
}
