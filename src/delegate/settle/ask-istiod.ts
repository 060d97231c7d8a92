import { Failure, sleep, type Clock } from '#base/index.ts'
import type { Cluster, PodName } from '#delegate/kubernetes/index.ts'
import { readAbout, readConfigz, readEndpointClusters, readPushes, readShards, readSyncz } from './istiod-pages.ts'
import type { Timed } from './push-clock.ts'
import type { IstiodLook } from './tracker.ts'

/** Where istiod serves both its debug pages and its metrics. */
const port = 15_014

/** What is to be asked. */
export interface Need {
  /** Which versions istiod has read: `/debug/configz`, all of the configuration, so only until the version is seen. */
  readonly configs: boolean
  /** What proxies have acknowledged: `/debug/syncz` and the metrics. */
  readonly acks: boolean
  /** Which endpoints istiod has read: `/debug/endpointShardz`. */
  readonly shards: boolean
}

export const noNeed: Need = { configs: false, acks: false, shards: false }

export function needs(need: Need): boolean {
  return need.configs || need.acks || need.shards
}

export function both(one: Need, other: Need): Need {
  return { configs: one.configs || other.configs, acks: one.acks || other.acks, shards: one.shards || other.shards }
}

/** An answer of an istiod that is none of its pages. */
export class NoPage extends Error {
  readonly status: number

  constructor(path: string, status: number) {
    super(`${path} answers ${status}`)
    this.status = status
  }
}

/** Milliseconds for one page: the configuration of a large mesh is some tens of megabytes, which takes seconds through a port-forward. */
const longest = 10_000

/** One page, as text. */
async function page({ cluster, clock }: Way, istiod: PodName, path: string, signal?: AbortSignal): Promise<string> {
  const over = new AbortController()
  const ends = signal ? AbortSignal.any([signal, over.signal]) : over.signal
  const late = sleep(clock, longest, over.signal).then(() => {
    throw new Error(`${path}: no answer within ${longest / 1000} s`)
  })
  try {
    const { status, body } = await Promise.race([cluster.podHttp(istiod, port, { path }, ends), late])
    if (status !== 200) throw new NoPage(path, status)
    return body
  } finally {
    over.abort()
    late.catch(() => undefined)
  }
}

/** What istiod is asked through. */
interface Way {
  readonly cluster: Cluster
  readonly clock: Clock
}

/** Asks one istiod all that is needed, at once. What it does not answer is left out; rejects when it answers nothing of it. */
export async function askIstiod(
  way: Way,
  istiod: PodName,
  need: Need & { readonly scope: string | undefined },
  signal?: AbortSignal,
): Promise<IstiodLook> {
  const timed = async <T>(wanted: boolean, path: string, read: (text: string) => T): Promise<Timed<T> | undefined> => {
    if (!wanted) return undefined
    const asked = way.clock.now()
    const text = await page(way, istiod, path, signal)
    return { asked, answered: way.clock.now(), value: read(text) }
  }
  const syncz = need.scope === undefined ? '/debug/syncz' : `/debug/syncz?namespace=${encodeURIComponent(need.scope)}`
  const [configs, proxies, metrics, shards] = await Promise.all([
    timed(need.configs, '/debug/configz', json('/debug/configz', readConfigz)),
    timed(need.acks, syncz, json('/debug/syncz', readSyncz)),
    timed(need.acks, '/metrics', text => ({ pushes: readPushes(text), about: readAbout(text) })).catch(noMetrics),
    timed(need.shards, '/debug/endpointShardz', json('/debug/endpointShardz', readShards)),
  ])
  return {
    istiod: istiod.name,
    ...(configs && { configs }),
    ...(proxies && { proxies: need.scope === undefined ? proxies : { ...proxies, scope: need.scope } }),
    ...(metrics?.value.pushes && { pushes: { ...metrics, value: metrics.value.pushes } }),
    ...(metrics && { about: metrics.value.about }),
    ...(shards && { shards }),
  }
}

/** Reads a page of JSON; whatever else comes with status 200 (a login page of something in between) is no answer. */
function json<T>(path: string, read: (page: unknown) => T): (text: string) => T {
  return text => {
    try {
      return read(JSON.parse(text))
    } catch (error) {
      throw new Error(`${path} is not what an istiod answers`, { cause: error })
    }
  }
}

/** Clusters from which an istiod reads endpoints of a Service. */
export async function askEndpointClusters(way: Way, istiod: PodName, host: string, signal?: AbortSignal): Promise<readonly string[]> {
  const path = '/debug/endpointShardz'
  return json(path, shards => readEndpointClusters(shards, host))(await page(way, istiod, path, signal))
}

/** Metrics may be switched off; then nonces must do (push-clock.ts). */
function noMetrics(error: unknown): undefined {
  if (error instanceof NoPage) return undefined
  throw error
}

/** A few words about why an istiod does not tell. */
export function whySilent(error: unknown): string {
  if (error instanceof NoPage && error.status === 401)
    return 'istiod answers debug requests only from its own localhost (port-forward) or with a token'
  if (error instanceof NoPage && error.status === 403)
    return 'istiod lets only service accounts of its own namespace ask, and of those in DEBUG_ENDPOINT_AUTH_ALLOWED_NAMESPACES'
  if (error instanceof NoPage && error.status === 404) return "istiod's debug pages are switched off (ENABLE_DEBUG_ON_HTTP)"
  if (error instanceof NoPage) return `istiod: ${error.message}`
  if (error instanceof Failure) return error.message
  return `istiod does not answer: ${error instanceof Error ? error.message : String(error)}`
}
