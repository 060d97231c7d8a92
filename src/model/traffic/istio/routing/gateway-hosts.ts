import { hostsInCommon, serverHostsFor } from '../host-match.ts'
import { fullName, namespaceOf, type Gateway, type GatewayServer, type VirtualService } from '../objects.ts'
import { byAge, mergeRoutes, routesFor, type RouteClient } from './routes.ts'
import { boundTo, fullHosts, type HostConfig, type VirtualHost } from './virtual-hosts.ts'

/** Protocols of servers whose requests are routed by path and header; for https only where the gateway ends it. */
const routedProtocols = new Set(['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB', 'HTTP_PROXY'])

/** The virtual hosts of a gateway on one port. VirtualServices of one host are merged, oldest first, catch-alls last. */
export function gatewayHosts(config: HostConfig, client: RouteClient): readonly VirtualHost[] {
  const bindings = gatewayBindings(config, client)
  const domains = [...new Set(bindings.flatMap(binding => binding.domains))]
  return domains.map(domain => {
    const own = bindings.filter(binding => binding.domains.includes(domain))
    const services = [...new Set(own.flatMap(({ service }) => service ?? []))].toSorted(byAge)
    return {
      domain,
      routes: mergeRoutes(services.map(service => routesFor(service, client))),
      ...(own.some(binding => binding.httpsRedirect) ? { httpsRedirect: true } : {}),
    }
  })
}

/** Hosts on which a gateway answers for a VirtualService, or only to send everybody to https. */
export interface Binding {
  readonly domains: readonly string[]
  readonly service?: VirtualService
  readonly httpsRedirect: boolean
}

export function gatewayBindings(config: HostConfig, client: RouteClient): readonly Binding[] {
  return config.gateways.length > 0 ? serverBindings(config, client) : openBindings(config, client)
}

/** Nothing is known of the gateway but its name: it accepts whatever is bound to it. */
function openBindings(config: HostConfig, client: RouteClient): readonly Binding[] {
  return boundTo(config, client, client.gateways).map(service => ({
    service,
    domains: fullHosts(service, config.domain),
    httpsRedirect: false,
  }))
}

function serverBindings(config: HostConfig, client: RouteClient): readonly Binding[] {
  return config.gateways.flatMap(gateway => {
    const name = fullName(gateway)
    if (!client.gateways.includes(name)) return []
    const servers = (gateway.spec.servers ?? []).filter(server => server.port.number === client.port && isRouted(server))
    return servers.flatMap(server => bindingsOf(server, gateway, boundTo(config, client, [name]), config.domain))
  })
}

function isRouted({ port, tls }: GatewayServer): boolean {
  const protocol = port.protocol.toUpperCase()
  return (
    routedProtocols.has(protocol) || (protocol === 'HTTPS' && tls !== undefined && !(tls.mode ?? 'PASSTHROUGH').endsWith('PASSTHROUGH'))
  )
}

function bindingsOf(server: GatewayServer, gateway: Gateway, services: readonly VirtualService[], domain: string): readonly Binding[] {
  const entries = server.hosts.map(entry => (entry.startsWith('./') ? `${namespaceOf(gateway)}/${entry.slice(2)}` : entry).toLowerCase())
  const httpsRedirect = server.tls?.httpsRedirect ?? false
  const bound = services.map(service => ({
    service,
    domains: hostsInCommon(serverHostsFor(entries, namespaceOf(service)), fullHosts(service, domain)),
    httpsRedirect,
  }))
  return httpsRedirect ? [...bound, { domains: entries.map(entry => entry.slice(entry.indexOf('/') + 1)), httpsRedirect }] : bound
}
