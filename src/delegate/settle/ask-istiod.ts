import { sleep, type KubernetesObject } from '#base/index.ts'
import { readAbout, readConfigz, readEndpointClusters, readPushes, readShards, readSyncz, readUpdates } from './istiod-pages.ts'
import { NoPage, type Roads } from './istiod-roads.ts'
import type { Timed } from './push-clock.ts'
import type { IstiodLook } from './tracker.ts'

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

/**
 * Milliseconds that making a push takes at most on a mesh of usual size: pushes are counted so long behind a sight, for one that is not
 * counted by then began after it.
 */
export const counting = 5

/**
 * Asks one istiod all that is needed, at once; but pushes are counted behind what it has read, so that one round tells of both. What it
 * does not answer is left out; rejects when it answers nothing of it.
 */
export async function askIstiod(
  roads: Roads,
  istiod: KubernetesObject,
  need: Need & { readonly scope: string | undefined },
  signal?: AbortSignal,
): Promise<IstiodLook> {
  const timed = async <T>(wanted: boolean, path: string, read: (text: string) => T): Promise<Timed<T> | undefined> => {
    if (!wanted) return undefined
    const asked = roads.clock.now()
    const text = await roads.page(istiod, path, signal)
    return { asked, answered: roads.clock.now(), value: read(text) }
  }
  const syncz = need.scope === undefined ? '/debug/syncz' : `/debug/syncz?namespace=${encodeURIComponent(need.scope)}`
  const count = () => timed(need.acks, '/metrics', page(istiod, '/metrics', readMetrics)).catch(noMetrics)
  const read = timed(need.configs, '/debug/configz', page(istiod, '/debug/configz', json('/debug/configz', readConfigz)))
  const [configs, proxies, metrics, shards] = await Promise.all([
    read,
    timed(need.acks, syncz, page(istiod, syncz, json(syncz, readSyncz))),
    need.configs && need.acks ? read.then(() => sleep(roads.clock, counting, signal)).then(count) : count(),
    timed(need.shards, '/debug/endpointShardz', page(istiod, '/debug/endpointShardz', json('/debug/endpointShardz', readShards))),
  ])
  return {
    istiod: istiod.metadata.name,
    ...(configs && { configs }),
    ...(proxies && { proxies: need.scope === undefined ? proxies : { ...proxies, scope: need.scope } }),
    ...(metrics?.value.pushes && { pushes: { ...metrics, value: metrics.value.pushes } }),
    ...(metrics && { updates: { ...metrics, value: metrics.value.updates }, about: metrics.value.about }),
    ...(shards && { shards }),
  }
}

/** By istiod and path the last page: while a change travels, most answers are what the last one was. */
const pages = new WeakMap<KubernetesObject, Map<string, { readonly text: string; readonly value: unknown }>>()

/** Characters of the longest page that is kept: that of a large mesh takes more room than reading it again takes time. */
const longestKept = 1_000_000

/** What says the same is read once. */
function page<T>(istiod: KubernetesObject, path: string, read: (text: string) => T): (text: string) => T {
  const known = pages.get(istiod) ?? new Map<string, { readonly text: string; readonly value: unknown }>()
  pages.set(istiod, known)
  return text => {
    const last = known.get(path)
    if (last?.text === text) return last.value as T
    const value = read(text)
    if (text.length <= longestKept) known.set(path, { text, value })
    else known.delete(path)
    return value
  }
}

function readMetrics(text: string) {
  return { pushes: readPushes(text), updates: readUpdates(text), about: readAbout(text) }
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
export async function askEndpointClusters(
  roads: Roads,
  istiod: KubernetesObject,
  host: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const path = '/debug/endpointShardz'
  return json(path, shards => readEndpointClusters(shards, host))(await roads.page(istiod, path, signal))
}

/** Metrics may be switched off; then nonces must do (push-clock.ts). */
function noMetrics(error: unknown): undefined {
  if (error instanceof NoPage) return undefined
  throw error
}
