import { isSubsetOf } from '../istio/host-match.ts'
import { fullName, namespaceOf, type VirtualService } from '../istio/objects.ts'
import { gatewayBindings } from '../istio/routing/gateway-hosts.ts'
import { boundGateways, mesh } from '../istio/routing/gateway-reference.ts'
import { hostTable } from '../istio/routing/host-table.ts'
import { hostWithoutPort, prepareRequest, type PreparedRequest, type RoutedRequest } from '../istio/routing/request.ts'
import { callerHosts, routingTable, type Caller, type CallerHosts, type Resolution, type RoutingConfig } from '../istio/routing/resolve.ts'
import { whyNotFor, type CompiledRoute } from '../istio/routing/routes.ts'
import { fullHosts, type VirtualHost } from '../istio/routing/virtual-hosts.ts'
import { isVisible } from '../istio/routing/visibility.ts'
import { serviceDomains } from '../istio/service-domains.ts'
import { entryLabel } from '../routers/choice.ts'
import { misses } from './misses.ts'
import { runsOf, together, type AskedEntry, type Candidate, type Trace } from './trace.ts'

/** Where a request goes by VirtualServices, and why. */
export function traceIstio(config: RoutingConfig, caller: Caller, request: RoutedRequest): Trace<Resolution> {
  const view = callerHosts(config, caller)
  const found = hostTable(view.virtualHosts.map(host => [host.domain, host] as const))(request.host)
  const resolution = routingTable(config, caller)(request)
  const asked = resolution.is === 'answered' && resolution.by === 'https-redirect' ? undefined : found
  const broken = brokenEntry(view.virtualHosts)
  return {
    ...(found ? { domain: found.domain } : {}),
    since: oldest(found),
    candidates: candidatesOf(view, found, request),
    entries: asked ? entriesOf(asked, view, prepareRequest(request)) : [],
    ...(broken === undefined ? {} : { broken }),
    ...(view.narrowed && { narrowedBy: `Sidecar ${fullName(view.narrowed.by)}` }),
    resolution,
  }
}

function oldest(found: VirtualHost | undefined): string {
  return (found?.routes ?? []).map(({ virtualService }) => virtualService.metadata.creationTimestamp ?? '').toSorted()[0] ?? ''
}

function nameOf(service: VirtualService): string {
  return `VirtualService ${fullName(service)}`
}

function candidatesOf(view: CallerHosts, found: VirtualHost | undefined, request: RoutedRequest): readonly Candidate[] {
  const names = namesFor(view, request)
  return view.hosts.virtualServices.flatMap(service => {
    const hosts = fullHosts(service, view.hosts.domain).filter(host => names.some(name => isSubsetOf(name, host)))
    return hosts.length === 0 ? [] : [{ object: nameOf(service), hosts, ...placeOf(service, view, found) }]
  })
}

/** The host as it was asked for; inside the mesh also the full name of the Service that it is short for. */
function namesFor({ hosts, client }: CallerHosts, request: RoutedRequest): readonly string[] {
  const host = hostWithoutPort(request.host)
  if (!client.gateways.includes(mesh)) return [host]
  const own = `${client.namespace}.svc.${hosts.domain}`
  const meant = (hosts.services ?? []).filter(({ host: hostname, addresses = [] }) =>
    serviceDomains({ hostname, addresses }, own).includes(host),
  )
  return [...new Set([host, ...meant.map(service => service.host)])]
}

function placeOf(service: VirtualService, view: CallerHosts, found: VirtualHost | undefined): Pick<Candidate, 'role' | 'why'> {
  const { client } = view
  const namespace = namespaceOf(service)
  const bound = boundGateways(service.spec.gateways, namespace)
  const aside = (why: string): Pick<Candidate, 'role' | 'why'> => ({ role: 'aside', why })
  if (!bound.some(name => client.gateways.includes(name))) return aside(`bound to ${bound.join(', ')}`)
  if (!isVisible({ namespace, exportTo: service.spec.exportTo }, client.namespace))
    return aside(`not exported to namespace ${client.namespace}`)
  if (view.narrowed && !view.narrowed.hasRoute(service))
    return aside(`Sidecar ${fullName(view.narrowed.by)} does not import it on port ${client.port}`)
  const asked = [...new Set((found?.routes ?? []).map(({ virtualService }) => virtualService))]
  if (asked.includes(service))
    return { role: 'asked', why: asked.length === 1 ? 'has this host' : `shares this host: ${asked.length} are merged, oldest first` }
  return aside(client.gateways.includes(mesh) ? besideOwner(asked[0]) : besideHost(service, view, found))
}

function besideOwner(owner: VirtualService | undefined): string {
  return owner
    ? `${nameOf(owner)} has this host alone: its host is closer, or it comes first by exportTo and age`
    : 'none of its entries is for this caller'
}

function besideHost(service: VirtualService, { hosts, client }: CallerHosts, found: VirtualHost | undefined): string {
  const domains = gatewayBindings(hosts, client).flatMap(binding => (binding.service === service ? binding.domains : []))
  if (domains.length === 0)
    return `no server of ${client.gateways.join(', ')} on port ${client.port} takes its hosts from namespace ${namespaceOf(service)}`
  return found && !domains.includes(found.domain)
    ? `the closer host ${found.domain} has these requests alone`
    : 'none of its entries is for this caller'
}

/** In the order in which they are asked; behind them those that are no routes of this caller. */
function entriesOf({ routes }: VirtualHost, view: CallerHosts, request: PreparedRequest): readonly AskedEntry[] {
  const taken = routes.findIndex(route => route.takes(request))
  const groups = runsOf([...routes.entries()], ([, { virtualService, routeIndex }]) => `${fullName(virtualService)} ${routeIndex}`)
  const asked = groups.map((group): AskedEntry => {
    const [[first, route]] = group
    const name = { object: nameOf(route.virtualService), entry: entryLabel(route.entry, route.routeIndex) }
    if (group.some(([at]) => at === taken)) return { ...name, outcome: 'takes', why: [] }
    if (taken >= 0 && first > taken) return { ...name, outcome: 'behind', why: [] }
    return { ...name, outcome: 'passes', why: group.map(([, each]) => together(misses(each.match, request))) }
  })
  return [...asked, ...[...new Set(routes.map(({ virtualService }) => virtualService))].flatMap(each => withoutRoutes(each, routes, view))]
}

/** Entries of an asked VirtualService that made no route: for other callers, or behind one that takes everything. */
function withoutRoutes(service: VirtualService, routes: readonly CompiledRoute[], { client }: CallerHosts): readonly AskedEntry[] {
  return (service.spec.http ?? []).flatMap((entry, index): readonly AskedEntry[] => {
    if (routes.some(({ virtualService, routeIndex }) => virtualService === service && routeIndex === index)) return []
    const name = { object: nameOf(service), entry: entryLabel(entry, index) }
    const why = (entry.match ?? []).map(match => whyNotFor(match, client, namespaceOf(service)))
    const others = why.filter(reason => reason !== undefined)
    return [
      others.length > 0 && others.length === why.length
        ? { ...name, outcome: 'otherCaller', why: others }
        : { ...name, outcome: 'behind', why: [] },
    ]
  })
}

/** Proxies refuse a route whose destinations have no weight at all, and everything that comes with it. */
function brokenEntry(hosts: readonly VirtualHost[]): string | undefined {
  const bad = hosts
    .flatMap(({ routes }) => routes)
    .find(({ entry: { route = [] } }) => route.length > 1 && route.every(({ weight = 0 }) => weight === 0))
  return bad && `entry ${entryLabel(bad.entry, bad.routeIndex)} of ${nameOf(bad.virtualService)} gives none of its destinations weight`
}
