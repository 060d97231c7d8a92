// 1. A request is decided by what the proxy believes now; nothing here looks at the cluster.
// 2. A retry stays in the cluster that was chosen: another destination of the route never stands in.
// 3. Every answer says whether a pod or the proxy itself made it.
import { sleep, type Clock, type Random } from '#base/index.ts'
import { NoAnswer, text, type Address, type HttpAnswer, type HttpRequest } from '#sandbox/pods/index.ts'
import type { EndpointBalancer } from './balancer.ts'
import type { RoutedDecision } from './decision.ts'
import type { Endpoint } from './endpoints.ts'
import type { LiveCluster, ProxyView } from './proxy-view.ts'
import { retriesFailure, retriesStatus, retryPolicyOf, type RetryPolicy } from './retry.ts'

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
  const decision = configuration.decide({ method, host: headers['host'] ?? '', path, headers })
  if (decision.is === 'answered') return own(decision.answer, decision.flag)
  const forwarded = await throughRoute(world, decision, request, signal)
  return Object.keys(decision.added).length === 0 ? forwarded : withHeaders(forwarded, decision.added)
}

/** One of the destinations, at random by their shares. */
export function chooseDestination<Destination extends { readonly share: number }>(
  all: readonly Destination[],
  random: Random,
): Destination | undefined {
  let left = random()
  return all.find(({ share }) => (left -= share) < 0) ?? all.at(-1)
}

async function throughRoute(world: Forwarding, decision: RoutedDecision, request: HttpRequest, signal?: AbortSignal): Promise<Forwarded> {
  const aborted = await injectFault(world, decision.fault)
  if (aborted) return aborted
  const chosen = chooseDestination(decision.destinations, world.random)
  const live = chosen && world.view.cluster(chosen.cluster)
  if (!chosen || !live) return { ...own(emptyAnswer(decision.missing), 'NC'), ...(chosen ? { cluster: chosen.cluster } : {}) }
  const { host, path, headers } = chosen.upstream
  const edited = { ...request, path, headers: { ...headers, host } }
  mirror(world, decision.mirrors, edited)
  const forwarded = await withTimeout(
    world.clock,
    decision.timeout,
    inner => tryEndpoints(world, { live, retries: decision.retries }, edited, inner),
    signal,
  )
  const changed = chosen.responseHeaders(forwarded.answer.headers)
  return { ...forwarded, answer: { ...forwarded.answer, headers: changed } }
}

interface Target {
  readonly live: LiveCluster
  readonly retries: RetryPolicy
}

async function tryEndpoints(
  world: Forwarding,
  { live, retries: policy }: Target,
  request: HttpRequest,
  signal: AbortSignal | undefined,
): Promise<Forwarded> {
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
    if (live) tryEndpoints(world, { live, retries: retryPolicyOf({}) }, request, undefined).catch(() => {})
  }
}

async function injectFault({ clock, random }: Forwarding, fault: RoutedDecision['fault']): Promise<Forwarded | undefined> {
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

function withHeaders(forwarded: Forwarded, headers: HttpAnswer['headers']): Forwarded {
  return { ...forwarded, answer: { ...forwarded.answer, headers: { ...forwarded.answer.headers, ...headers } } }
}
