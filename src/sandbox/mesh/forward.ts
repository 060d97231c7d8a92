// 1. A request is decided by what the proxy believes now; nothing here looks at the cluster.
// 2. A retry stays in the cluster that was chosen: another destination of the route never stands in.
// 3. Every answer says whether a pod or the proxy itself made it.
import { sleep, type Clock, type Random } from '#base/index.ts'
import type { HttpRoute } from '#model/traffic/index.ts'
import { NoAnswer, text, type Address, type HttpAnswer, type HttpRequest } from '#sandbox/pods/index.ts'
import type { EndpointBalancer } from './balancer.ts'
import { editRequest, editResponse } from './edits.ts'
import type { Endpoint } from './endpoints.ts'
import { fulfils } from './match.ts'
import type { LiveCluster, ProxyView } from './proxy-view.ts'
import { retriesFailure, retriesStatus, retryPolicyOf } from './retry.ts'
import type { Route, RouteConfiguration, VirtualHost, WeightedCluster } from './routes.ts'

/** Envoy's short words for what went wrong. */
export type ResponseFlag = '-' | 'NR' | 'NC' | 'UH' | 'UF' | 'UC' | 'UT' | 'URX' | 'FI' | 'DI'

/** What a proxy answered, and why. */
export interface Forwarded {
  readonly answer: HttpAnswer
  /** `-`, or what went wrong: `UF,URX`. */
  readonly flags: string
  readonly by: 'pod' | 'proxy'
  readonly cluster?: string
  readonly endpoint?: Endpoint
  readonly attempts: number
}

/** What forwarding needs. */
export interface Forwarding {
  readonly view: ProxyView
  readonly clock: Clock
  readonly random: Random
  readonly balancer: EndpointBalancer
  readonly send: (to: Address, request: HttpRequest, signal?: AbortSignal) => Promise<HttpAnswer>
}

/** Envoy waits up to this many milliseconds before the first retry, at random; twice as long before the next. */
const retryBackOff = 25

/** Sends a request that came to `port` where the proxy's configuration says. Rejects with NoAnswer where nothing listens. */
export async function forward(world: Forwarding, port: number, request: HttpRequest, signal?: AbortSignal): Promise<Forwarded> {
  const routes = world.view.routesOn(port)
  if (!routes) throw new NoAnswer({ ip: '0.0.0.0', port }, 'refused')
  const host = hostFor(routes, request.headers['host'] ?? '')
  if (host?.redirectsToHttps) return own(redirectTo(`https://${request.headers['host'] ?? ''}${request.path}`, 301), '-')
  const route = host?.routes.find(one => !one.match || fulfils(one.match, request))
  if (!route) return own(emptyAnswer(404), 'NR')
  return route.entry.redirect || route.entry.directResponse
    ? own(directAnswer(route.entry, request), '-')
    : throughRoute(world, route, request, signal)
}

/** The virtual host for a Host header: the exact name, the longest wildcard that covers it, or the one for all. */
export function hostFor({ hosts }: RouteConfiguration, header: string): VirtualHost | undefined {
  const name = header.toLowerCase().replace(/:\d+$/, '')
  // They are in the order of their specificity.
  return hosts.find(
    ({ domain }) => domain === name || domain === '*' || (domain.startsWith('*') && name.endsWith(domain.slice(1).toLowerCase())),
  )
}

/** One of the clusters, at random by their weights. */
export function chooseCluster(clusters: readonly WeightedCluster[], random: Random): WeightedCluster | undefined {
  const total = clusters.reduce((sum, { weight }) => sum + weight, 0)
  let left = random() * total
  return clusters.find(({ weight }) => (left -= weight) < 0) ?? clusters.at(-1)
}

async function throughRoute(world: Forwarding, route: Route, request: HttpRequest, signal?: AbortSignal): Promise<Forwarded> {
  const fault = await injectFault(world, route.entry)
  if (fault) return fault
  const chosen = chooseCluster(route.clusters, world.random)
  if (!chosen) return own(emptyAnswer(503), 'NC')
  const live = world.view.cluster(chosen.cluster)
  if (!live) return { ...own(emptyAnswer(503), 'NC'), cluster: chosen.cluster }
  mirror(world, route, request)
  const edited = editRequest(request, route.entry, chosen.headers)
  const limit = durationOf(route.entry.timeout)
  const forwarded = await withTimeout(world.clock, limit, inner => tryEndpoints(world, { live, route: route.entry }, edited, inner), signal)
  return { ...forwarded, answer: editResponse(forwarded.answer, route.entry, chosen.headers) }
}

interface Target {
  readonly live: LiveCluster
  readonly route: HttpRoute
}

async function tryEndpoints(
  world: Forwarding,
  { live, route }: Target,
  request: HttpRequest,
  signal: AbortSignal | undefined,
): Promise<Forwarded> {
  const policy = retryPolicyOf(route)
  const tried = new Set<Endpoint>()
  const cluster = live.cluster.name
  for (let attempts = 1; ; attempts++) {
    // A cluster may be gone, or have other endpoints, by the time of a retry.
    const now = world.view.cluster(cluster) ?? live
    const endpoint = world.balancer.choose(now, tried)
    if (!endpoint) return { ...own(text(503, 'no healthy upstream'), 'UH'), cluster, attempts: attempts - 1 }
    tried.add(endpoint)
    const last = attempts > policy.attempts
    const result = await attempt(world, endpoint, request, signal)
    if (result instanceof NoAnswer) {
      if (last || !retriesFailure(policy, result))
        return { ...brokenAnswer(result, last && policy.attempts > 0), cluster, endpoint, attempts }
    } else if (last || !retriesStatus(policy, result.status)) return { answer: result, flags: '-', by: 'pod', cluster, endpoint, attempts }
    await sleep(world.clock, world.random() * retryBackOff * 2 ** (attempts - 1), signal)
  }
}

async function attempt(world: Forwarding, endpoint: Endpoint, request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer | NoAnswer> {
  const end = world.balancer.begin(endpoint)
  try {
    return await world.send(endpoint, request, signal)
  } catch (error) {
    if (error instanceof NoAnswer) return error
    throw error
  } finally {
    end()
  }
}

function brokenAnswer({ reason }: NoAnswer, exhausted: boolean): Pick<Forwarded, 'answer' | 'flags' | 'by'> {
  const [flag, why] =
    reason === 'refused'
      ? ['UF', 'remote connection failure, transport failure reason: connection refused']
      : ['UC', 'connection termination']
  const body = `upstream connect error or disconnect/reset before headers. reset reason: ${why}`
  return { answer: text(503, body), flags: exhausted ? `${flag},URX` : (flag ?? ''), by: 'proxy' }
}

/** A copy of the request for each mirror; nobody waits for what becomes of it. */
function mirror(world: Forwarding, { entry, mirrors }: Route, request: HttpRequest): void {
  for (const { cluster, percent } of mirrors) {
    const live = world.random() * 100 < percent ? world.view.cluster(cluster) : undefined
    if (live) tryEndpoints(world, { live, route: entry }, request, undefined).catch(() => {})
  }
}

async function injectFault({ clock, random }: Forwarding, { fault }: HttpRoute): Promise<Forwarded | undefined> {
  if (!fault) return undefined
  const hits = (part: { readonly percentage?: { readonly value?: number } }): boolean => random() * 100 < (part.percentage?.value ?? 100)
  if (fault.delay && hits(fault.delay)) await sleep(clock, durationOf(fault.delay.fixedDelay) ?? 0)
  if (fault.abort && hits(fault.abort)) return own(text(fault.abort.httpStatus ?? 503, 'fault filter abort'), 'FI')
  return undefined
}

async function withTimeout(
  clock: Clock,
  limit: number | undefined,
  act: (signal: AbortSignal | undefined) => Promise<Forwarded>,
  signal?: AbortSignal,
): Promise<Forwarded> {
  if (limit === undefined || limit === 0) return act(signal)
  const over = new AbortController()
  const cancel = clock.after(limit, () => over.abort())
  try {
    return await act(signal ? AbortSignal.any([signal, over.signal]) : over.signal)
  } catch (error) {
    if (over.signal.aborted && !signal?.aborted) return own(text(504, 'upstream request timeout'), 'UT')
    throw error
  } finally {
    cancel()
  }
}

function own(answer: HttpAnswer, flags: string): Forwarded {
  return { answer, flags, by: 'proxy', attempts: 0 }
}

function emptyAnswer(status: number): HttpAnswer {
  return { status, headers: {}, body: '' }
}

function redirectTo(location: string, status: number): HttpAnswer {
  return { status, headers: { location }, body: '' }
}

function directAnswer({ redirect, directResponse }: HttpRoute, request: HttpRequest): HttpAnswer {
  if (directResponse) return text(directResponse.status, directResponse.body?.string ?? '')
  const { scheme = 'http', authority = request.headers['host'] ?? '', uri = request.path, redirectCode = 301 } = redirect ?? {}
  return redirectTo(`${scheme}://${authority}${uri}`, redirectCode)
}

const unit = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const

/** Milliseconds of a duration as protobuf writes it: `1.5s`, `1h0m`. */
function durationOf(duration: string | undefined): number | undefined {
  if (!duration) return undefined
  let total = 0
  for (const [, amount, name] of duration.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)) total += Number(amount) * unit[name as keyof typeof unit]
  return total
}
