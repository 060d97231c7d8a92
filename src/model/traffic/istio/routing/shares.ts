import { expandHost } from '../hosts.ts'
import type { HttpRoute, RouteDestination } from '../objects.ts'

/** Which port and which parts a service has, where that is known. */
export interface KnownService {
  /** Full name. */
  readonly host: string
  readonly ports: readonly number[]
  readonly addresses?: readonly string[]
  /** Where it is, if its name does not say so (`cart.shop.svc.cluster.local`). */
  readonly namespace?: string
}

/** A destination as proxies know it, and its share of the requests. */
export interface Share {
  /** Full name. */
  readonly host: string
  readonly subset?: string
  readonly port: number
  /** `outbound|80|canary|cart.shop.svc.cluster.local`. */
  readonly cluster: string
  /** 0 to 1. */
  readonly share: number
  /** The row it comes from. */
  readonly row: RouteDestination
}

export interface ShareContext {
  /** Namespace of the VirtualService. */
  readonly namespace: string
  readonly domain?: string
  /** The port on which the proxy got the request. */
  readonly listenerPort: number
  readonly service?: (host: string) => KnownService | undefined
}

/**
 * The shares of an entry's destinations, those without weight left out: a lone destination has everything, whatever its weight says.
 * Empty where several destinations have no weight at all: a proxy refuses such a route, and keeps the former one.
 */
export function sharesOf(entry: HttpRoute, context: ShareContext): readonly Share[] {
  const rows = entry.route ?? []
  if (rows.length === 1) return rows.map(row => shareOf(row, 1, context))
  const total = rows.reduce((sum, row) => sum + (row.weight ?? 0), 0)
  return rows.filter(row => (row.weight ?? 0) > 0).map(row => shareOf(row, (row.weight ?? 0) / total, context))
}

function shareOf(row: RouteDestination, share: number, context: ShareContext): Share {
  const { host: written, subset, port: selector } = row.destination
  const host = expandHost(written, context.namespace, context.domain)
  const port = selector?.number || (onlyPort(context.service?.(host)) ?? context.listenerPort)
  return { host, ...(subset ? { subset } : {}), port, cluster: clusterKey(port, subset, host), share, row }
}

function onlyPort(service: KnownService | undefined): number | undefined {
  return service?.ports.length === 1 ? service.ports[0] : undefined
}

/** A cluster's name in a proxy. */
export function clusterKey(port: number, subset: string | undefined, host: string): string {
  return `outbound|${port}|${subset ?? ''}|${host}`
}
