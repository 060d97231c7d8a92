// 1. A request is decided by what the proxy believes now; nothing here looks at the cluster.
// 2. A retry stays in the cluster that was chosen: another destination of the route never stands in.
// 3. Every answer says whether a pod or the proxy itself made it.
import { sleep, type Clock, type Random } from '#base/index.ts'
import { mirrorsOf, responseHeaders, sharesOf, type AnsweredBy, type HttpRoute, type Resolution } from '#model/traffic/index.ts'
import { NoAnswer, text, type Address, type HttpAnswer, type HttpRequest } from '#sandbox/pods/index.ts'
import type { EndpointBalancer } from './balancer.ts'
import type { Endpoint } from './endpoints.ts'
import type { LiveCluster, ProxyView } from './proxy-view.ts'
import { retriesFailure, retriesStatus, retryPolicyOf } from './retry.ts'
import type { RouteConfiguration } from './routes.ts'

/** Envoy's short words for what went wrong. */
export type ResponseFlag = '-' | 'NR' | 'NC' | 'UH' | 'UF' | 'UC' | 'UT' | 'URX' | 'FI'

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
  const configuration = world.view.routesOn(port)
  if (!configuration) throw new NoAnswer({ ip: '0.0.0.0', port }, 'refused')
  const { method, path, headers } = request
  const resolution = configuration.route({ method, host: headers['host'] ?? '', path, headers })
  switch (resolution.is) {
    case 'unknown-host':
      return own(emptyAnswer(404), 'NR')
    case 'answered':
      return own({ body: '', ...resolution.answer }, flagOf(resolution.by))
    case 'refused':
      // Never in force: the configuration it stands in was refused.
      return own(emptyAnswer(503), 'NC')
    case 'routed': {
      const forwarded = await throughRoute(world, { configuration, resolution }, request, signal)
      return Object.keys(resolution.responseHeaders).length === 0 ? forwarded : withHeaders(forwarded, resolution.responseHeaders)
    }
  }
}

type Routed = Resolution & { readonly is: 'routed' }

interface Chosen {
  readonly configuration: RouteConfiguration
  readonly resolution: Routed
}

/** One of the destinations, at random by their shares. */
export function chooseDestination<Destination extends { readonly share: number }>(
  all: readonly Destination[],
  random: Random,
): Destination | undefined {
  let left = random()
  return all.find(({ share }) => (left -= share) < 0) ?? all.at(-1)
}

async function throughRoute(
  world: Forwarding,
  { configuration, resolution }: Chosen,
  request: HttpRequest,
  signal?: AbortSignal,
): Promise<Forwarded> {
  const aborted = await injectFault(world, resolution.fault)
  if (aborted) return aborted
  const chosen = chooseDestination(resolution.destinations, world.random)
  if (!chosen) return own(emptyAnswer(503), 'NC')
  const live = world.view.cluster(chosen.cluster)
  if (!live) return { ...own(emptyAnswer(503), 'NC'), cluster: chosen.cluster }
  const { entry = {}, virtualService = '' } = resolution.from ?? {}
  mirror(world, mirrorClusters(entry, virtualService, configuration), request)
  const { host, path, headers } = chosen.upstream
  const edited = { ...request, path, headers: { ...headers, host } }
  const forwarded = await withTimeout(
    world.clock,
    durationOf(entry.timeout),
    inner => tryEndpoints(world, { live, route: entry }, edited, inner),
    signal,
  )
  const changed = responseHeaders(forwarded.answer.headers, entry, chosen.row)
  return { ...forwarded, answer: { ...forwarded.answer, headers: changed } }
}

function mirrorClusters(
  entry: HttpRoute,
  virtualService: string,
  { services, port }: RouteConfiguration,
): readonly { readonly cluster: string; readonly share: number }[] {
  const mirrors = mirrorsOf(entry)
  if (mirrors.length === 0) return mirrors as []
  const namespace = virtualService.split('/')[0] ?? ''
  const context = { namespace, listenerPort: port, service: (host: string) => services.find(service => service.host === host) }
  return mirrors.flatMap(({ destination, share }) =>
    sharesOf({ route: [{ destination }] }, context).map(({ cluster }) => ({ cluster, share })),
  )
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
function mirror(world: Forwarding, clusters: readonly { readonly cluster: string; readonly share: number }[], request: HttpRequest): void {
  for (const { cluster, share } of clusters) {
    const live = world.random() < share ? world.view.cluster(cluster) : undefined
    if (live) tryEndpoints(world, { live, route: {} }, request, undefined).catch(() => {})
  }
}

async function injectFault({ clock, random }: Forwarding, fault: Routed['fault']): Promise<Forwarded | undefined> {
  if (!fault) return undefined
  if (fault.delay && random() < fault.delay.share) await sleep(clock, fault.delay.milliseconds)
  if (fault.abort && random() < fault.abort.share) return own(text(fault.abort.status, 'fault filter abort'), 'FI')
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

function flagOf(by: AnsweredBy): ResponseFlag {
  if (by === 'no-route') return 'NR'
  return by === 'fault' ? 'FI' : '-'
}

function withHeaders(forwarded: Forwarded, headers: HttpAnswer['headers']): Forwarded {
  return { ...forwarded, answer: { ...forwarded.answer, headers: { ...forwarded.answer.headers, ...headers } } }
}

const unit = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const

/** Milliseconds of a duration as protobuf writes it: `1.5s`, `1h0m`. */
function durationOf(duration: string | undefined): number | undefined {
  if (!duration) return undefined
  let total = 0
  for (const [, amount, name] of duration.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)) total += Number(amount) * unit[name as keyof typeof unit]
  return total
}
