import type { KubernetesObject } from '#base/index.ts'
import {
  boundGateways,
  gatewayHosts,
  hostTable,
  resolveDelegates,
  routingTable,
  type Gateway,
  type GatewayHost,
  type GatewayServer,
  type RoutedRequest,
  type VirtualHost,
  type VirtualService,
} from '#model/traffic/index.ts'
import { bare, type Decision } from './decision.ts'
import { decideByGatewayApi } from './gateway-api-decision.ts'
import { gatewayApiHosts, gatewayApiPorts } from './gateway-api-routes.ts'
import { decideByIstio } from './istio-decision.ts'
import { knownServices, type GatewayNode, type PushContext } from './push-context.ts'

/** A port on which a gateway accepts requests. */
export interface Listener {
  readonly port: number
  /** Name of the route configuration it uses. */
  readonly routes: string
}

/** What a gateway does with requests that come to one port. */
export interface RouteConfiguration {
  readonly name: string
  decide(request: RoutedRequest): Decision
  /** Why a proxy refuses it, in Envoy's words; undefined where it accepts it. */
  readonly refusal: string | undefined
  /** What VirtualServices say, for diagnosis. */
  readonly hosts: readonly VirtualHost[]
}

/** Protocols whose requests are routed; TLS and TCP are not played. */
const http = new Set(['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB'])

const domain = 'cluster.local'

/** The Gateways whose selector chooses a proxy. */
export function gatewaysOf(context: PushContext, node: GatewayNode): readonly Gateway[] {
  return (context.gateways as readonly Gateway[]).filter(({ spec }) =>
    Object.entries(spec.selector ?? {}).every(([key, value]) => node.labels[key] === value),
  )
}

export function buildListeners(context: PushContext, node: GatewayNode): readonly Listener[] {
  const istio = gatewaysOf(context, node)
    .flatMap(serversOf)
    .map(({ port }) => port.number)
  const ports = [...istio, ...gatewayApiPorts(context, node)]
  return [...new Set(ports)].toSorted((a, b) => a - b).map(port => ({ port, routes: `http.${port}` }))
}

export function buildRoutes(context: PushContext, node: GatewayNode): readonly RouteConfiguration[] {
  const gateways = gatewaysOf(context, node)
  const names = gateways.map(nameOf)
  const virtualServices = context.virtualServices as readonly VirtualService[]
  const services = knownServices(context)
  const resolved = resolveDelegates(virtualServices, { domain })
  return buildListeners(context, node).map(({ port, routes: name }) => {
    const client = { gateways: names, namespace: node.namespace, labels: node.labels, port }
    const route = routingTable({ virtualServices, gateways, services, domain }, client)
    const hosts = gatewayHosts({ virtualServices: resolved, gateways, services, domain }, client)
    const decide = (request: RoutedRequest): Decision => decideByIstio(route(request), { services, port })
    return { name, decide: shared({ hosts, decide }, gatewayApiHosts(context, node, port)), refusal: refusalOf(hosts, name), hosts }
  })
}

interface IstioRoutes {
  readonly hosts: readonly VirtualHost[]
  decide(request: RoutedRequest): Decision
}

/** Who decides for a host where there are routes of both kinds: the closer domain, and of the same domain the older claim has it alone. */
function shared(istio: IstioRoutes, others: readonly GatewayHost[]): RouteConfiguration['decide'] {
  if (others.length === 0) return istio.decide
  const claims = [
    ...istio.hosts.map(({ domain: host, routes }) => ({
      host,
      since: oldest(routes.map(one => one.virtualService)),
      decide: istio.decide,
    })),
    ...others.map(({ domain: host, matches, resolve }) => ({
      host,
      since: oldest(matches.map(({ route }) => route)),
      decide: (request: RoutedRequest) => decideByGatewayApi(resolve(request)),
    })),
  ].toSorted((a, b) => (a.since < b.since ? -1 : Number(a.since > b.since)))
  const find = hostTable(claims.map(({ host, decide }) => [host, decide] as const))
  return request => find(request.host)?.(request) ?? bare(404, 'NR')
}

function oldest(objects: readonly KubernetesObject[]): string {
  return objects.map(({ metadata }) => metadata.creationTimestamp ?? '').toSorted()[0] ?? ''
}

/** Whether a VirtualService is bound to one of these gateways. A delegate has none of its own: it may concern every gateway. */
export function isBound({ spec, metadata }: VirtualService, gateways: readonly Gateway[]): boolean {
  if (!spec.hosts?.length) return true
  const bound = boundGateways(spec.gateways, metadata.namespace ?? '')
  return gateways.some(gateway => bound.includes(nameOf(gateway)))
}

function nameOf({ metadata }: Gateway): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

function serversOf({ spec }: Gateway): readonly GatewayServer[] {
  return (spec.servers ?? []).filter(({ port }) => http.has(port.protocol.toUpperCase()))
}

function refusalOf(hosts: readonly VirtualHost[], name: string): string | undefined {
  for (const [host, { routes }] of hosts.entries()) {
    const route = routes.findIndex(({ entry }) => (entry.route?.length ?? 0) > 1 && entry.route?.every(({ weight = 0 }) => weight === 0))
    if (route >= 0) return noClusters(name, host, route)
  }
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
