import { namespaceOf, type HttpMatch, type HttpRoute, type VirtualService } from '../objects.ts'
import { resolveGateway } from './gateway-reference.ts'
import { compileMatch, isCatchAll } from './match.ts'
import type { PreparedRequest } from './request.ts'

/** Who gets routes made: a sidecar, or a gateway on one of its ports. */
export interface RouteClient {
  /** Gateways that the proxy serves, as `namespace/name`; a sidecar serves `mesh`. */
  readonly gateways: readonly string[]
  readonly port: number
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
}

/** One match of one http entry, as a proxy asks it. */
export interface CompiledRoute {
  readonly virtualService: VirtualService
  readonly entry: HttpRoute
  readonly match: HttpMatch | undefined
  /** Index of the entry in the VirtualService (behind its delegates, where it has some), and of the match in the entry. */
  readonly routeIndex: number
  readonly matchIndex: number | undefined
  readonly isCatchAll: boolean
  takes(request: PreparedRequest): boolean
}

/** The routes of a VirtualService for one client, in the order in which they are asked; what stands behind a catch-all is left out. */
export function routesFor(service: VirtualService, client: RouteClient): readonly CompiledRoute[] {
  const routes: CompiledRoute[] = []
  for (const [routeIndex, entry] of (service.spec.http ?? []).entries()) {
    const matches = entry.match?.length ? [...entry.match.entries()] : [[undefined, undefined] as const]
    for (const [matchIndex, match] of matches) {
      if (match && !concerns(match, client, namespaceOf(service))) continue
      const catchAll = isCatchAll(match)
      routes.push({ virtualService: service, entry, match, routeIndex, matchIndex, isCatchAll: catchAll, takes: compileMatch(match) })
      if (catchAll) return routes
    }
  }
  return routes
}

/** Routes of several VirtualServices for one host at a gateway, oldest first: all catch-alls go behind all others. */
export function mergeRoutes(lists: readonly (readonly CompiledRoute[])[]): readonly CompiledRoute[] {
  const all = lists.flat()
  return [...all.filter(route => !route.isCatchAll), ...all.filter(route => route.isCatchAll)]
}

function concerns(match: HttpMatch, client: RouteClient, namespace: string): boolean {
  return whyNotFor(match, client, namespace) === undefined
}

/**
 * Why a match of a VirtualService in `namespace` makes no route for a client. Where it names gateways, labels and namespace of the source
 * are not asked.
 */
export function whyNotFor(match: HttpMatch, client: RouteClient, namespace: string): string | undefined {
  const { port, gateways, sourceNamespace, sourceLabels } = match
  if (port && port !== client.port) return `it is for port ${port}`
  if (gateways?.length) {
    const named = gateways.map(name => resolveGateway(name, namespace))
    return named.some(name => client.gateways.includes(name)) ? undefined : `it is for gateway ${named.join(', ')}`
  }
  if (sourceNamespace && sourceNamespace !== client.namespace) return `it is for callers in namespace ${sourceNamespace}`
  const other = Object.entries(sourceLabels ?? {}).find(([key, value]) => client.labels[key] !== value)
  return other && `it is for callers with the label ${other.join('=')}`
}

/** Age in the order in which istiod takes objects: created first, then by name, then by namespace. */
export function byAge(a: VirtualService, b: VirtualService): number {
  return (
    compare(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') ||
    compare(a.metadata.name, b.metadata.name) ||
    compare(namespaceOf(a), namespaceOf(b))
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
