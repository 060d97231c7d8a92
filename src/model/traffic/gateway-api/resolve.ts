import { parseDuration } from '#base/index.ts'
import type { Answer } from '../istio/routing/answers.ts'
import { corsOf } from '../istio/routing/cors.ts'
import type { Headers } from '../istio/routing/header-operations.ts'
import { hostTable } from '../istio/routing/host-table.ts'
import { prepareRequest, type PreparedRequest, type RoutedRequest } from '../istio/routing/request.ts'
import type { Upstream } from '../istio/routing/upstream.ts'
import { attach, isParent, type NamespaceLabels } from './attachment.ts'
import { resolveBackend, type Backend, type BackendWorld } from './backends.ts'
import { corsPolicyOf, filterHeaders, mirrorShare, modifiedPath, redirect, unknownFilter } from './filters.ts'
import { namespaceOf, type GatewayRoute, type KubernetesGateway, type WeightedBackendRef } from './objects.ts'
import { byPrecedence, matchesOf, type CompiledMatch } from './precedence.ts'

/** What decides where the requests of a gateway go. */
export interface GatewayRoutingConfig extends BackendWorld {
  /** Those that the proxy serves. */
  readonly gateways: readonly KubernetesGateway[]
  readonly routes: readonly GatewayRoute[]
  readonly namespaceLabels: NamespaceLabels
}

/** Which match of which rule took a request. */
export type MatchedRule = Omit<CompiledMatch, 'takes'>

export interface RoutedBackend {
  readonly ref: WeightedBackendRef
  /** What is invalid answers 500 for its share. */
  readonly to: Backend
  /** 0 to 1; those without weight are left out. */
  readonly share: number
  /** The request as this backend gets it. */
  readonly upstream: Upstream
  /** Headers of its answer on their way back. */
  responseHeaders(headers: Headers): Headers
}

/** Where a request goes, by the routes of the Gateway API. */
export type GatewayResolution =
  | { readonly is: 'unknown-host' }
  /** `no-backend` is 500: a rule whose backends have no weight at all, or that has none. `filter` is 500 too: one that no proxy plays. */
  | {
      readonly is: 'answered'
      readonly by: 'no-route' | 'redirect' | 'no-backend' | 'filter' | 'cors'
      readonly answer: Answer
      readonly from?: MatchedRule
    }
  | {
      readonly is: 'routed'
      readonly from: MatchedRule
      readonly backends: readonly RoutedBackend[]
      readonly mirrors: readonly { readonly to: Backend; readonly share: number }[]
      /** Milliseconds, for the whole request and for each try. */
      readonly timeouts: { readonly request?: number; readonly backendRequest?: number }
    }

/** One Host header (exact, `*.example.com` or `*`) at a gateway, with the matches of all routes that have it, in the order in which they are asked. */
export interface GatewayHost {
  readonly domain: string
  readonly matches: readonly CompiledMatch[]
  resolve(request: RoutedRequest): GatewayResolution
}

/** The virtual hosts of a gateway's proxy on one port. */
export function gatewayRouteHosts(config: GatewayRoutingConfig, port: number): readonly GatewayHost[] {
  const byDomain = new Map<string, Set<GatewayRoute>>()
  for (const route of config.routes)
    for (const domain of domainsOf(route, config, port)) {
      const routes = byDomain.get(domain) ?? new Set()
      byDomain.set(domain, routes.add(route))
    }
  return [...byDomain].map(([domain, routes]) => {
    const matches = [...routes].flatMap(matchesOf).toSorted(byPrecedence)
    return { domain, matches, resolve: request => answerAt(matches, request, config, port) }
  })
}

/** Where requests to a gateway go, on one port. To ask often, make it once. */
export function gatewayRoutingTable(config: GatewayRoutingConfig, port: number): (request: RoutedRequest) => GatewayResolution {
  const find = hostTable(gatewayRouteHosts(config, port).map(host => [host.domain, host] as const))
  return request => find(request.host)?.resolve(request) ?? { is: 'unknown-host' }
}

function domainsOf(route: GatewayRoute, { gateways, namespaceLabels }: GatewayRoutingConfig, port: number): readonly string[] {
  const parents = (route.spec.parentRefs ?? []).flatMap(ref =>
    gateways.filter(gateway => isParent(ref, namespaceOf(route), gateway)).map(gateway => attach(route, ref, gateway, namespaceLabels)),
  )
  return parents.flatMap(parent =>
    parent.is === 'attached' ? parent.listeners.filter(({ listener }) => listener.port === port).flatMap(({ hostnames }) => hostnames) : [],
  )
}

function answerAt(matches: readonly CompiledMatch[], request: RoutedRequest, world: GatewayRoutingConfig, port: number): GatewayResolution {
  const prepared = prepareRequest(request)
  const from = matches.find(match => match.takes(prepared))
  if (!from) return { is: 'answered', by: 'no-route', answer: { status: 404, headers: {} } }
  const { filters = [] } = from.rule
  if (unknownFilter(filters) !== undefined) return { is: 'answered', by: 'filter', answer: { status: 500, headers: {} }, from }
  const to = filters.find(({ type }) => type === 'RequestRedirect')?.requestRedirect
  if (to) return { is: 'answered', by: 'redirect', answer: redirect(to, from.match, prepared, port), from }
  const cors = corsOf(corsPolicyOf(filters), prepared)
  if (cors.is === 'preflight') return { is: 'answered', by: 'cors', answer: cors.answer, from }
  return toBackends(from, { request, prepared, added: cors.is === 'allowed' ? cors.headers : {} }, world)
}

interface Asked {
  readonly request: RoutedRequest
  readonly prepared: PreparedRequest
  /** To headers of the answer, whoever makes it. */
  readonly added: Headers
}

function toBackends(from: CompiledMatch, asked: Asked, world: GatewayRoutingConfig): GatewayResolution {
  const { rule, route } = from
  const total = (rule.backendRefs ?? []).reduce((sum, { weight = 1 }) => sum + weight, 0)
  if (total === 0) return { is: 'answered', by: 'no-backend', answer: { status: 500, headers: asked.added }, from }
  const backends = (rule.backendRefs ?? [])
    .filter(({ weight = 1 }) => weight > 0)
    .map((ref): RoutedBackend => ({
      ref,
      to: resolveBackend(ref, route, world),
      share: (ref.weight ?? 1) / total,
      upstream: upstreamOf(from, ref, asked),
      responseHeaders: headers => ({ ...filterHeaders(headers, 'response', ref.filters, rule.filters), ...asked.added }),
    }))
  const mirrors = (rule.filters ?? []).flatMap(({ requestMirror: mirror }) =>
    mirror ? [{ to: resolveBackend(mirror.backendRef, route, world), share: mirrorShare(mirror) }] : [],
  )
  return { is: 'routed', from, backends, mirrors, timeouts: timeoutsOf(from) }
}

function upstreamOf({ rule, match }: CompiledMatch, ref: WeightedBackendRef, { request, prepared }: Asked): Upstream {
  const rewrite = [...(rule.filters ?? []), ...(ref.filters ?? [])].find(({ urlRewrite }) => urlRewrite)?.urlRewrite
  return {
    host: rewrite?.hostname ?? request.host,
    path: modifiedPath(rewrite?.path, match, prepared) + prepared.query,
    headers: filterHeaders(request.headers ?? {}, 'request', rule.filters, ref.filters),
  }
}

/** `0s` means no limit. */
function timeoutsOf({ rule: { timeouts } }: CompiledMatch): { readonly request?: number; readonly backendRequest?: number } {
  const read = (text: string | undefined): number => parseDuration(text ?? '') ?? 0
  const [request, backendRequest] = [read(timeouts?.request), read(timeouts?.backendRequest)]
  return { ...(request > 0 ? { request } : {}), ...(backendRequest > 0 ? { backendRequest } : {}) }
}
