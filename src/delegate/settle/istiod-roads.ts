// Ways to an istiod's pages. It answers debug requests from its own localhost, and else only with a token.
// 1. The port-forward comes first: there no token leaves this process, and every istiod answers it.
// 2. Where that is not possible and this process runs in the cluster: straight to the pod's address. The token is good for istiod alone.
// 3. Which of the two it is is found out per pod, and forgotten with the first failure.
import { setMaxListeners } from 'node:events'
import { Failure, type Clock, type KubernetesObject } from '#base/index.ts'
import type { Cluster, Inside, PodResponse } from '#delegate/kubernetes/index.ts'

/** Where istiod serves both its debug pages and its metrics. */
const port = 15_014

/** What istiod wants a token to be made for. */
const audience = 'istio-ca'

/** An answer of an istiod that is none of its pages. */
export class NoPage extends Error {
  readonly status: number
  readonly road: Road

  constructor(path: string, status: number, road: Road) {
    super(`${path} answers ${status}`)
    this.status = status
    this.road = road
  }
}

/** Neither of the two ways leads to it. */
export class NoRoad extends Error {}

type Road = 'forward' | 'direct'

/** Fetches pages of istiods. */
export interface Roads {
  readonly clock: Clock
  /** A page's text. Rejects with NoPage, NoRoad, a Failure, or an Error with a few words. */
  page(istiod: KubernetesObject, path: string, signal?: AbortSignal): Promise<string>
}

/** Milliseconds for one page: the configuration of a large mesh is some tens of megabytes, which takes seconds through a port-forward. */
const longest = 10_000

export function istiodRoads(cluster: Cluster, clock: Clock): Roads {
  const { inside } = cluster
  /** By the uid of the pod. */
  const known = new Map<string, Road>()

  const go = async (road: Road, istiod: KubernetesObject, path: string, signal: AbortSignal): Promise<string> => {
    const { status, body } = await (road === 'direct' && inside
      ? direct(inside, istiod, path, signal)
      : cluster.podHttp({ namespace: istiod.metadata.namespace ?? '', name: istiod.metadata.name }, port, { path }, signal))
    if (status !== 200) throw new NoPage(path, status, road)
    return body
  }
  const byEither = async (istiod: KubernetesObject, path: string, signal: AbortSignal): Promise<string> => {
    const key = istiod.metadata.uid ?? istiod.metadata.name
    const road = known.get(key) ?? 'forward'
    try {
      return await go(road, istiod, path, signal)
    } catch (error) {
      known.delete(key)
      if (!inside || road === 'direct' || !isClosed(error)) throw error
      const body = await go('direct', istiod, path, signal).catch((other: unknown) => {
        signal.throwIfAborted()
        throw new NoRoad(`${whySilent(error)}; and directly: ${whySilent(other)}`)
      })
      known.set(key, 'direct')
      return body
    }
  }
  return { clock, page: (istiod, path, signal) => within(clock, path, ends => byEither(istiod, path, ends), signal) }
}

/** What takes too long is no answer. */
async function within<T>(clock: Clock, path: string, ask: (ends: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
  const over = new AbortController()
  const stop = (): void => over.abort(signal?.reason)
  // One signal ends all the asks of a round, however many there are.
  if (signal) setMaxListeners(0, signal)
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop, { once: true })
  let answered = (): void => undefined
  const late = new Promise<never>((_, reject) => {
    answered = clock.after(longest, () => {
      const error = new Error(`${path}: no answer within ${longest / 1000} s`)
      over.abort(error)
      reject(error)
    })
  })
  try {
    return await Promise.race([ask(over.signal), late])
  } finally {
    answered()
    signal?.removeEventListener('abort', stop)
  }
}

/** Whether another way may lead on: a right is missing, no tunnel comes about, or istiod does not take us for its own localhost. */
function isClosed(error: unknown): boolean {
  if (error instanceof NoPage) return error.status === 401 || error.status === 403
  return error instanceof Failure && (error.blame === 'user' || error.code === 'SL-KUBERNETES-POD-UNREACHABLE')
}

async function direct(inside: Inside, { status }: KubernetesObject, path: string, signal: AbortSignal): Promise<PodResponse> {
  const { podIP } = (status ?? {}) as { readonly podIP?: string }
  if (podIP === undefined) throw new Error('its pod has no address yet')
  const token = await inside.token(audience, signal)
  return inside.http(podIP, port, { path, headers: { Authorization: `Bearer ${token}` } }, signal)
}

/** A few words about why an istiod does not tell. */
export function whySilent(error: unknown): string {
  if (error instanceof NoPage && error.status === 404) return "istiod's debug pages are switched off (ENABLE_DEBUG_ON_HTTP)"
  if (error instanceof NoPage) return `istiod ${whyNoPage(error)}`
  if (error instanceof Failure || error instanceof NoRoad) return error.message
  return `istiod does not answer: ${error instanceof Error ? error.message : String(error)}`
}

function whyNoPage({ status, road, message }: NoPage): string {
  if (status === 401 && road === 'direct') return `does not accept a token of our service account for ${audience}`
  if (status === 401) return 'answers debug requests only from its own localhost (port-forward) or with a token'
  if (status === 403) return 'lets only service accounts of its own namespace ask, and of those in DEBUG_ENDPOINT_AUTH_ALLOWED_NAMESPACES'
  return `gives no page: ${message}`
}
