import { defaultDomain } from '../hosts.ts'
import {
  fullName,
  namespaceOf,
  type Gateway,
  type HttpRoute,
  type IstioDestination,
  type Sidecar,
  type VirtualService,
} from '../objects.ts'
import { directAnswer, type Answer } from './answers.ts'
import { corsOf } from './cors.ts'
import { resolveDelegates } from './delegates.ts'
import { faultOf, type Fault } from './fault.ts'
import { gatewayHosts } from './gateway-hosts.ts'
import { mesh, resolveGateway } from './gateway-reference.ts'
import type { Headers } from './header-operations.ts'
import { hostTable } from './host-table.ts'
import { redirectAnswer } from './redirect.ts'
import { hostWithoutPort, prepareRequest, type PreparedRequest, type RoutedRequest } from './request.ts'
import type { CompiledRoute, RouteClient } from './routes.ts'
import { clusterKey, sharesOf, type KnownService, type Share } from './shares.ts'
import { sidecarHosts } from './sidecar-hosts.ts'
import { scopeOf, sidecarOf, withinScope, type SidecarScope } from './sidecar-scope.ts'
import { upstreamOf, type Upstream } from './upstream.ts'
import type { HostConfig, VirtualHost } from './virtual-hosts.ts'

/** What of a mesh decides where requests go. */
export interface RoutingConfig {
  readonly virtualServices: readonly VirtualService[]
  /** Where left out or empty, gateways are taken to accept every host on every port. */
  readonly gateways?: readonly Gateway[]
  /** Where left out, every name that ends like a Kubernetes service is taken for one, with any port. */
  readonly services?: readonly KnownService[]
  /** Where left out, pods with a sidecar know everything. */
  readonly sidecars?: readonly Sidecar[]
  /** `cluster.local` where left out. */
  readonly domain?: string
}

/** Who sends a request: a pod with a sidecar, or a gateway that got it from outside. */
export interface Caller {
  /** Gateways whose requests it takes: `namespace/name`, or a name beside the caller. Left out for a sidecar. */
  readonly gateways?: readonly string[]
  /** Of the proxy; `default` where left out. */
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
  /** The port that the proxy was asked on. */
  readonly port: number
}

/** Which entry took a request. */
export interface Matched {
  /** `namespace/name`. */
  readonly virtualService: string
  readonly routeIndex: number
  readonly matchIndex: number | undefined
  readonly entry: HttpRoute
}

export interface RoutedDestination extends Share {
  /** The request as this destination gets it. */
  readonly upstream: Upstream
}

/** Where a request goes. `from` is absent for a service of which no VirtualService speaks. */
export type Resolution =
  /** No virtual host: a gateway answers 404, a sidecar lets it pass or not by the mesh's policy. */
  | { readonly is: 'unknown-host' }
  /** The proxy answers itself; `no-route` is 404: there is no falling back to the service. */
  | { readonly is: 'answered'; readonly by: AnsweredBy; readonly answer: Answer; readonly from?: Matched }
  /** The proxy refuses such an entry, and with it every change of its route configuration: the former one stays in force. */
  | { readonly is: 'refused'; readonly from: Matched; readonly reason: string }
  | {
      readonly is: 'routed'
      readonly from?: Matched
      readonly destinations: readonly RoutedDestination[]
      readonly fault?: Fault
      /** Added to whatever answer comes, by the entry's CORS policy. */
      readonly responseHeaders: Headers
    }

export type AnsweredBy = 'no-route' | 'redirect' | 'https-redirect' | 'direct-response' | 'fault' | 'cors'

/** All virtual hosts of a caller's proxy, compiled: to be asked thousands of times a second. */
export type RoutingTable = (request: RoutedRequest) => Resolution

/** Where a request goes, and why. To ask often, make a `routingTable` once. */
export function resolveRequest(config: RoutingConfig, caller: Caller, request: RoutedRequest): Resolution {
  return routingTable(config, caller)(request)
}

/** All virtual hosts of a caller's proxy, with what they are made of. */
export interface CallerHosts {
  readonly hosts: HostConfig
  readonly client: RouteClient
  readonly virtualHosts: readonly VirtualHost[]
  /** Of a pod whose sidecar knows a part only. */
  readonly narrowed?: SidecarScope & { readonly by: Sidecar }
}

export function callerHosts(config: RoutingConfig, caller: Caller): CallerHosts {
  const { domain = defaultDomain } = config
  const virtualServices = resolveDelegates(config.virtualServices, { domain })
  const hosts: HostConfig = { virtualServices, gateways: config.gateways ?? [], services: config.services, domain }
  const client = clientOf(caller)
  if (caller.gateways !== undefined) return { hosts, client, virtualHosts: gatewayHosts(hosts, client) }
  const by = sidecarOf(config.sidecars ?? [], client)
  if (!by) return { hosts, client, virtualHosts: sidecarHosts(hosts, client) }
  const scope = scopeOf(by, client, domain)
  return { hosts, client, virtualHosts: sidecarHosts(withinScope(hosts, scope), client), narrowed: { ...scope, by } }
}

export function routingTable(config: RoutingConfig, caller: Caller): RoutingTable {
  const { hosts, client, virtualHosts } = callerHosts(config, caller)
  const find = hostTable(virtualHosts.map(host => [host.domain, host] as const))
  const services = new Map((config.services ?? []).map(service => [service.host, service]))
  const context = { domain: hosts.domain, port: client.port, service: (host: string) => services.get(host) }
  return request => {
    const host = find(request.host)
    return host === undefined ? { is: 'unknown-host' } : answerIn(host, request, context)
  }
}

function clientOf({ gateways = [mesh], namespace = 'default', labels = {}, port }: Caller): RouteClient {
  return { gateways: gateways.map(name => resolveGateway(name, namespace)), namespace, labels, port }
}

interface Context {
  readonly domain: string
  readonly port: number
  readonly service: (host: string) => KnownService | undefined
}

function answerIn(host: VirtualHost, request: RoutedRequest, context: Context): Resolution {
  const prepared = prepareRequest(request)
  if (host.httpsRedirect && prepared.header(':scheme') !== 'https') return toHttps(request, prepared)
  if (host.service) return toService(host.service, request, prepared, context)
  const route = host.routes.find(each => each.takes(prepared))
  if (!route) return { is: 'answered', by: 'no-route', answer: { status: 404, headers: {} } }
  return act(route, request, prepared, context)
}

function toHttps(request: RoutedRequest, { path, query }: PreparedRequest): Resolution {
  const location = `https://${hostWithoutPort(request.host)}${path}${query}`
  return { is: 'answered', by: 'https-redirect', answer: { status: 301, headers: { location } } }
}

function toService({ host }: KnownService, request: RoutedRequest, prepared: PreparedRequest, { port }: Context): Resolution {
  const row = { destination: { host, port: { number: port } } }
  const share = { host, port, cluster: clusterKey(port, undefined, host), share: 1, row }
  return {
    is: 'routed',
    destinations: [withUpstream(share, { entry: { route: [row] }, match: undefined }, request, prepared)],
    responseHeaders: {},
  }
}

function act(route: CompiledRoute, request: RoutedRequest, prepared: PreparedRequest, context: Context): Resolution {
  const { entry, match } = route
  const from = matchedBy(route)
  if (entry.redirect) {
    const answer = redirectAnswer(entry.redirect, { request: prepared, host: request.host, match, listenerPort: context.port })
    return answer
      ? { is: 'answered', by: 'redirect', answer, from }
      : { is: 'refused', from, reason: `no proxy can redirect with ${entry.redirect.redirectCode}` }
  }
  if (entry.directResponse) return { is: 'answered', by: 'direct-response', answer: directAnswer(entry.directResponse), from }
  const cors = corsOf(entry.corsPolicy, prepared)
  if (cors.is === 'preflight') return { is: 'answered', by: 'cors', answer: cors.answer, from }
  return forward(route, { from, responseHeaders: cors.is === 'allowed' ? cors.headers : {} }, { request, prepared, context })
}

function matchedBy({ virtualService, routeIndex, matchIndex, entry }: CompiledRoute): Matched {
  return { virtualService: fullName(virtualService), routeIndex, matchIndex, entry }
}

function forward(
  route: CompiledRoute,
  result: { readonly from: Matched; readonly responseHeaders: Headers },
  { request, prepared, context }: { readonly request: RoutedRequest; readonly prepared: PreparedRequest; readonly context: Context },
): Resolution {
  const { entry, virtualService } = route
  const shares = sharesOf(entry, {
    namespace: namespaceOf(virtualService),
    domain: context.domain,
    listenerPort: context.port,
    service: context.service,
  })
  if (shares.length === 0) return { is: 'refused', from: result.from, reason: 'none of its destinations has weight' }
  const fault = entry.fault && faultOf(entry.fault)
  if (fault?.abort?.share === 1)
    return { is: 'answered', by: 'fault', answer: { status: fault.abort.status, headers: {} }, from: result.from }
  const destinations = shares.map(share => withUpstream(share, route, request, prepared))
  return { is: 'routed', ...result, destinations, ...(fault && Object.keys(fault).length > 0 ? { fault } : {}) }
}

function withUpstream(
  share: Share,
  route: Pick<CompiledRoute, 'entry' | 'match'>,
  request: RoutedRequest,
  prepared: PreparedRequest,
): RoutedDestination {
  return { ...share, upstream: upstreamOf({ prepared, host: request.host, headers: request.headers ?? {} }, route, share.row) }
}

/** Where an entry's copies go, and which part of the requests is copied. */
export function mirrorsOf(entry: HttpRoute): readonly { readonly destination: IstioDestination; readonly share: number }[] {
  const single = entry.mirror ? [{ destination: entry.mirror, percent: entry.mirrorPercentage?.value ?? entry.mirrorPercent ?? 100 }] : []
  const several = (entry.mirrors ?? []).map(({ destination, percentage }) => ({
    destination,
    percent: percentage ? (percentage.value ?? 0) : 100,
  }))
  return [...single, ...several]
    .filter(({ percent }) => percent > 0)
    .map(({ destination, percent }) => ({ destination, share: percent / 100 }))
}
