import { isSubsetOf, isWildcard, mostSpecificMatch } from '../host-match.ts'
import { namespaceOf, type VirtualService } from '../objects.ts'
import { serviceDomains } from '../service-domains.ts'
import { mesh } from './gateway-reference.ts'
import { byAge, routesFor, type CompiledRoute, type RouteClient } from './routes.ts'
import type { KnownService } from './shares.ts'
import { boundTo, fullHosts, type HostConfig, type VirtualHost } from './virtual-hosts.ts'

/**
 * The virtual hosts of a sidecar on one port. The first VirtualService that has a host has it alone: private ones before those
 * exported to the client's namespace before public ones, inside by age; for a service an exact host comes before the closest wildcard.
 */
export function sidecarHosts(config: HostConfig, client: RouteClient): readonly VirtualHost[] {
  const services = boundTo(config, client, [mesh]).toSorted((a, b) => rank(a, client) - rank(b, client) || byAge(a, b))
  const owners = new Map<string, readonly CompiledRoute[]>()
  for (const service of services) {
    const routes = routesFor(service, client)
    const free = routes.length === 0 ? [] : fullHosts(service, config.domain).filter(host => !owners.has(host))
    for (const host of free) owners.set(host, routes)
  }
  return [...routedHosts(owners, config, client), ...plainServices(owners, config, client)]
}

function rank(service: VirtualService, client: RouteClient): number {
  const exportTo = service.spec.exportTo ?? []
  const namespace = namespaceOf(service)
  if (exportTo.length === 0 || exportTo.includes('*')) return 2
  const isPrivate = exportTo.every(entry => entry === '.' || entry === namespace) && namespace === client.namespace
  return isPrivate ? 0 : 1
}

function routedHosts(
  owners: ReadonlyMap<string, readonly CompiledRoute[]>,
  config: HostConfig,
  client: RouteClient,
): readonly VirtualHost[] {
  const hosts = [...owners.keys()]
  return hosts.flatMap(host => domainsOf(host, hosts, config, client).map(domain => ({ domain, routes: owners.get(host) ?? [] })))
}

/** Services of which no VirtualService speaks: their requests go to them as they are. */
function plainServices(
  owners: ReadonlyMap<string, readonly CompiledRoute[]>,
  config: HostConfig,
  client: RouteClient,
): readonly VirtualHost[] {
  const free = (config.services ?? []).filter(
    ({ host, ports }) => ports.includes(client.port) && mostSpecificMatch(host, [...owners.keys()]) === undefined,
  )
  return free.flatMap(service => namesOf(service, config, client).map(domain => ({ domain, routes: [], service })))
}

/** Every Host header by which the client reaches a host; what is no service is known on port 80 only, by its own name. */
function domainsOf(host: string, hosts: readonly string[], config: HostConfig, client: RouteClient): readonly string[] {
  const covered = (config.services ?? []).filter(service => isSubsetOf(service.host, host))
  if (covered.length > 0) {
    const own = covered.filter(service => mostSpecificMatch(service.host, hosts) === host)
    return own.filter(service => service.ports.includes(client.port)).flatMap(service => namesOf(service, config, client))
  }
  const looksLikeService = config.services === undefined && host.endsWith(`.svc.${config.domain}`)
  if (looksLikeService) return isWildcard(host) ? wildcardNames(host, config.domain) : namesOf({ host, ports: [] }, config, client)
  return client.port === 80 ? [host] : []
}

function namesOf({ host, addresses = [] }: KnownService, { domain }: HostConfig, { namespace }: RouteClient): readonly string[] {
  return serviceDomains({ hostname: host, addresses }, `${namespace}.svc.${domain}`)
}

/** Where services are not known one by one: `*.shop.svc.cluster.local` takes `cart.shop` and `cart.shop.svc` too. */
function wildcardNames(host: string, domain: string): readonly string[] {
  const qualified = host.slice(0, -`.svc.${domain}`.length)
  return [host, `${host}.`, `${qualified}.svc`, qualified]
}
