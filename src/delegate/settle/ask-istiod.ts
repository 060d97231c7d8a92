import { Failure, type Clock } from '#base/index.ts'
import type { Cluster, PodName } from '#delegate/kubernetes/index.ts'
import { readConfigz, readPushes, readShards, readSyncz } from './istiod-pages.ts'
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

/** One page, as text. */
async function page(cluster: Cluster, istiod: PodName, path: string, signal?: AbortSignal): Promise<string> {
  const { status, body } = await cluster.podHttp(istiod, port, { path }, signal)
  if (status !== 200) throw new NoPage(path, status)
  return body
}

/** Asks one istiod all that is needed, at once. What it does not answer is left out; rejects when it answers nothing of it. */
export async function askIstiod(
  { cluster, clock }: { readonly cluster: Cluster; readonly clock: Clock },
  istiod: PodName,
  need: Need & { readonly scope: string | undefined },
  signal?: AbortSignal,
): Promise<IstiodLook> {
  const timed = async <T>(wanted: boolean, path: string, read: (text: string) => T): Promise<Timed<T> | undefined> => {
    if (!wanted) return undefined
    const asked = clock.now()
    const text = await page(cluster, istiod, path, signal)
    return { asked, answered: clock.now(), value: read(text) }
  }
  const json =
    <T>(read: (page: unknown) => T) =>
    (text: string) =>
      read(JSON.parse(text))
  const syncz = need.scope === undefined ? '/debug/syncz' : `/debug/syncz?namespace=${encodeURIComponent(need.scope)}`
  const [configs, proxies, pushes, shards] = await Promise.all([
    timed(need.configs, '/debug/configz', json(readConfigz)),
    timed(need.acks, syncz, json(readSyncz)),
    timed(need.acks, '/metrics', readPushes).catch(noMetrics),
    timed(need.shards, '/debug/endpointShardz', json(readShards)),
  ])
  const count = pushes?.value
  return {
    istiod: istiod.name,
    ...(configs && { configs }),
    ...(proxies && { proxies: need.scope === undefined ? proxies : { ...proxies, scope: need.scope } }),
    ...(pushes && count && { pushes: { ...pushes, value: count } }),
    ...(shards && { shards }),
  }
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
  if (error instanceof NoPage && error.status === 404) return "istiod's debug pages are switched off (ENABLE_DEBUG_ON_HTTP)"
  if (error instanceof NoPage) return `istiod: ${error.message}`
  if (error instanceof Failure) return error.message
  return `istiod does not answer: ${error instanceof Error ? error.message : String(error)}`
}
