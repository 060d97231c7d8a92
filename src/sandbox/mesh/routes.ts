import {
  boundGateways,
  gatewayHosts,
  resolveDelegates,
  routingTable,
  type Gateway,
  type GatewayServer,
  type KnownService,
  type RoutingTable,
  type VirtualHost,
  type VirtualService,
} from '#model/traffic/index.ts'
import type { PushContext } from './push-context.ts'
import { hostOf } from './resources.ts'

/** A port on which a gateway accepts requests. */
export interface Listener {
  readonly port: number
  /** Name of the route configuration it uses. */
  readonly routes: string
}

/** What a gateway does with requests that come to one port. */
export interface RouteConfiguration {
  readonly name: string
  readonly route: RoutingTable
  readonly hosts: readonly VirtualHost[]
  /** Short names are meant among these. */
  readonly services: readonly KnownService[]
  readonly port: number
}

/** A gateway proxy, as far as its configuration depends on it. */
export interface GatewayNode {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
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
  const ports = gatewaysOf(context, node)
    .flatMap(serversOf)
    .map(({ port }) => port.number)
  return [...new Set(ports)].toSorted((a, b) => a - b).map(port => ({ port, routes: `http.${port}` }))
}

export function buildRoutes(context: PushContext, node: GatewayNode): readonly RouteConfiguration[] {
  const gateways = gatewaysOf(context, node)
  const names = gateways.map(nameOf)
  const virtualServices = context.virtualServices as readonly VirtualService[]
  const services = context.services.map(service => ({ host: hostOf(service), ports: (service.spec?.ports ?? []).map(({ port }) => port) }))
  return buildListeners(context, node).map(({ port, routes: name }) => {
    const client = { gateways: names, namespace: node.namespace, labels: node.labels, port }
    const route = routingTable({ virtualServices, gateways, services, domain }, client)
    const hosts = gatewayHosts({ virtualServices: resolveDelegates(virtualServices, { domain }), gateways, services, domain }, client)
    return { name, route, hosts, services, port }
  })
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

/** Why a proxy refuses a route configuration, in Envoy's words; undefined where it accepts it. */
export function refusalOf({ hosts, name }: RouteConfiguration): string | undefined {
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
