import {
  bySpecificity,
  expandHost,
  hostsInCommon,
  serverHostsFor,
  type Gateway,
  type GatewayServer,
  type HttpMatch,
  type HttpRoute,
  type RouteDestination,
  type VirtualService,
} from '#model/traffic/index.ts'
import { clusterName } from './clusters.ts'
import type { PushContext } from './push-context.ts'
import { byAge, hostOf } from './resources.ts'

/** A port on which a gateway accepts requests. */
export interface Listener {
  readonly port: number
  /** Name of the route configuration it uses. */
  readonly routes: string
}

/** A cluster and its part of the requests; parts are relative. */
export interface WeightedCluster {
  readonly cluster: string
  readonly weight: number
  /** What the destination's row does to headers. */
  readonly headers?: RouteDestination['headers']
}

/** A cluster that gets a copy of a part of the requests. */
export interface Mirror {
  readonly cluster: string
  readonly percent: number
}

/** One match of one http entry. */
export interface Route {
  /** Absent: it takes every request. */
  readonly match?: HttpMatch
  readonly entry: HttpRoute
  readonly clusters: readonly WeightedCluster[]
  readonly mirrors: readonly Mirror[]
  /** `namespace/name` of the VirtualService, for diagnosis. */
  readonly from: string
}

export interface VirtualHost {
  /** Host headers it answers for: exact names, `*.example.com`, `*`. */
  readonly domain: string
  readonly redirectsToHttps: boolean
  readonly routes: readonly Route[]
}

export interface RouteConfiguration {
  readonly name: string
  readonly hosts: readonly VirtualHost[]
}

/** A gateway proxy, as far as its configuration depends on it. */
export interface GatewayNode {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
}

/** Protocols whose requests are routed; TLS and TCP are not played. */
const http = new Set(['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB'])

/** The Gateways whose selector chooses a proxy. */
export function gatewaysOf(context: PushContext, node: GatewayNode): readonly Gateway[] {
  return (context.gateways as readonly Gateway[]).filter(({ spec }) =>
    Object.entries(spec.selector ?? {}).every(([key, value]) => node.labels[key] === value),
  )
}

export function buildListeners(context: PushContext, node: GatewayNode): readonly Listener[] {
  const ports = gatewaysOf(context, node)
    .flatMap(serversOf)
    .map(({ port }) => port.number)
  return [...new Set(ports)].toSorted((a, b) => a - b).map(port => ({ port, routes: `http.${port}` }))
}

export function buildRoutes(context: PushContext, node: GatewayNode): readonly RouteConfiguration[] {
  const gateways = gatewaysOf(context, node)
  const services = (context.virtualServices as readonly VirtualService[]).toSorted(byAge)
  return buildListeners(context, node).map(({ port, routes }) => ({ name: routes, hosts: hostsOn(port, gateways, services, context) }))
}

/** Whether a VirtualService is bound to one of these gateways. */
export function isBound(service: VirtualService, gateways: readonly Gateway[]): boolean {
  return gateways.some(gateway => boundNames(service).includes(nameOf(gateway)))
}

function boundNames({ spec, metadata }: VirtualService): readonly string[] {
  return (spec.gateways ?? []).map(name => gatewayName(name, metadata.namespace ?? ''))
}

function gatewayName(name: string, namespace: string): string {
  if (name.startsWith('./')) return `${namespace}/${name.slice(2)}`
  return name.includes('/') || name === 'mesh' ? name : `${namespace}/${name}`
}

function nameOf({ metadata }: Gateway): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

function serversOf({ spec }: Gateway): readonly GatewayServer[] {
  return (spec.servers ?? []).filter(({ port }) => http.has(port.protocol.toUpperCase()))
}

function hostsOn(
  port: number,
  gateways: readonly Gateway[],
  services: readonly VirtualService[],
  context: PushContext,
): readonly VirtualHost[] {
  const bound = gateways
    .flatMap(gateway => serversOf(gateway).map(server => ({ gateway, server })))
    .filter(({ server }) => server.port.number === port)
    .flatMap(({ gateway, server }) => services.flatMap(service => bindings(service, gateway, server)))
  return [...new Set(bound.map(({ domain }) => domain))].toSorted(bySpecificity).map(domain => {
    const here = bound.filter(one => one.domain === domain)
    const first = here.filter((one, index) => here.findIndex(other => other.service === one.service) === index)
    const routes = first.flatMap(({ service, gateway }) => routesOf(service, nameOf(gateway), port, context))
    return { domain, redirectsToHttps: here.some(one => one.redirects), routes: catchAllLast(routes) }
  })
}

interface Binding {
  readonly domain: string
  readonly service: VirtualService
  readonly gateway: Gateway
  readonly redirects: boolean
}

/** The hosts by which a VirtualService is reached through a server of a Gateway. */
function bindings(service: VirtualService, gateway: Gateway, server: GatewayServer): readonly Binding[] {
  if (!boundNames(service).includes(nameOf(gateway))) return []
  const served = serverHostsFor(server.hosts, service.metadata.namespace ?? '')
  const redirects = server.tls?.httpsRedirect === true
  return hostsInCommon(service.spec.hosts ?? [], served).map(domain => ({ domain, service, gateway, redirects }))
}

/** The routes of several VirtualServices of one host: in their order, catch-alls behind all others. */
function catchAllLast(routes: readonly Route[]): readonly Route[] {
  return [...routes.filter(route => !isCatchAll(route.match)), ...routes.filter(route => isCatchAll(route.match))]
}

/** A match without a condition, or one that every path fulfils. */
function isCatchAll(match: HttpMatch | undefined): boolean {
  if (!match) return true
  const { uri, headers, queryParams, method, authority, scheme, withoutHeaders } = match
  if (headers || queryParams || method || authority || scheme || withoutHeaders) return false
  return !uri || uri.prefix === '/' || uri.regex === '.*'
}

function routesOf(service: VirtualService, gateway: string, port: number, context: PushContext): readonly Route[] {
  const from = `${service.metadata.namespace}/${service.metadata.name}`
  const result: Route[] = []
  for (const entry of service.spec.http ?? []) {
    const place = { namespace: service.metadata.namespace ?? '', port, context }
    const clusters = clustersOf(entry, place)
    const mirrors = mirrorsOf(entry, place)
    const matches = entry.match?.length ? entry.match.filter(match => concerns(match, service, gateway, port)) : [undefined]
    for (const match of matches) {
      result.push({ entry, clusters, mirrors, from, ...(match ? { match } : {}) })
      // Nothing behind a catch-all of the same VirtualService is ever generated.
      if (isCatchAll(match)) return result
    }
  }
  return result
}

function concerns(match: HttpMatch, { metadata }: VirtualService, gateway: string, port: number): boolean {
  if (match.port !== undefined && match.port !== port) return false
  return !match.gateways?.length || match.gateways.some(name => gatewayName(name, metadata.namespace ?? '') === gateway)
}

/** Where an entry stands: what its short names and missing ports are completed from. */
interface Place {
  readonly namespace: string
  /** Of the listener. */
  readonly port: number
  readonly context: PushContext
}

/** One destination takes everything, whatever its weight; among several, those without weight are left out. */
function clustersOf(entry: HttpRoute, place: Place): readonly WeightedCluster[] {
  const rows = (entry.route ?? []).map(({ destination, weight = 0, headers }) => ({
    cluster: clusterOf(destination, place),
    weight,
    ...(headers ? { headers } : {}),
  }))
  return rows.length === 1 ? rows.map(row => ({ ...row, weight: 1 })) : rows.filter(row => row.weight > 0)
}

function mirrorsOf({ mirror, mirrorPercentage, mirrorPercent, mirrors = [] }: HttpRoute, place: Place): readonly Mirror[] {
  const first = mirror ? [{ cluster: clusterOf(mirror, place), percent: mirrorPercentage?.value ?? mirrorPercent ?? 100 }] : []
  return [...first, ...mirrors.map(one => ({ cluster: clusterOf(one.destination, place), percent: one.percentage?.value ?? 100 }))]
}

function clusterOf(destination: RouteDestination['destination'], { namespace, port, context }: Place): string {
  const host = expandHost(destination.host, namespace)
  return clusterName(destination.port?.number ?? onlyPort(host, context) ?? port, destination.subset ?? '', host)
}

function onlyPort(host: string, { services }: PushContext): number | undefined {
  const ports = services.find(service => hostOf(service) === host)?.spec?.ports ?? []
  return ports.length === 1 ? ports[0]?.port : undefined
}

/** Why a proxy refuses a route configuration, in Envoy's words; undefined where it accepts it. */
export function refusalOf({ hosts, name }: RouteConfiguration): string | undefined {
  for (const [host, { routes }] of hosts.entries())
    for (const [route, { entry, clusters }] of routes.entries())
      if ((entry.route?.length ?? 0) > 1 && clusters.length === 0) return noClusters(name, host, route)
  return undefined
}

function noClusters(name: string, host: number, route: number): string {
  const within = (message: string, field: string): string => `${message}ValidationError.${field}: embedded message failed validation`
  const path = [
    within('RouteConfiguration', `VirtualHosts[${host}]`),
    within('VirtualHost', `Routes[${route}]`),
    within('Route', 'Route'),
    within('RouteAction', 'WeightedClusters'),
  ]
  const words = 'WeightedClusterValidationError.Clusters: value must contain at least 1 item(s)'
  return `Proto constraint validation failed (${[...path, words].join(' | caused by ')}): name: "${name}"`
}
