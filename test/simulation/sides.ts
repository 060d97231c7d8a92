import type { View } from '#model/release/index.ts'
import type { History } from './history.ts'

export interface Pod {
  readonly id: number
  readonly owner: 'stable' | 'canary'
  readonly version: number
  readonly hash: string
  ready: boolean
  readyAt: number
  alive: boolean
}

export type Endpoint = Pick<Pod, 'id' | 'owner' | 'hash'>

export const OLD = 1
export const NEW = 2

const version = (number: number): View['canary']['version'] => ({ before: number === OLD, next: number === NEW })

/** What a loop can look at of both sides at one moment. */
export interface Sides {
  readonly now: number
  readonly pods: readonly Pod[]
  readonly endpoints: History<readonly Endpoint[]>
  /** How late each proxy sees endpoints. */
  readonly delays: readonly number[]
  /** Endpoints are believed to have arrived at once. */
  readonly hasty: boolean
  readonly replicas: number
  readonly stable: { readonly version: number; readonly current: number; readonly paused: boolean }
  /** That stable's subset selects. */
  readonly hash: string | undefined
  readonly canary: { readonly version: number; readonly replicas: number } | undefined
}

const present = (pods: readonly Pod[]): readonly Endpoint[] =>
  pods.filter(pod => pod.alive && pod.ready).map(({ id, owner, hash }) => ({ id, owner, hash }))

/** Lists that some proxy has, or will have by a push in flight. */
function lists({ now, pods, endpoints, delays, hasty }: Sides): readonly (readonly Endpoint[])[] {
  return hasty ? [present(pods)] : endpoints.since(now, Math.max(...delays))
}

/** Ready pods that every proxy has in its list. */
function known({ now, pods, endpoints, delays, hasty }: Sides, which: (pod: Pod) => boolean): number {
  const all = hasty ? [present(pods)] : delays.map(delay => endpoints.seenAt(now, delay))
  return pods.filter(pod => which(pod) && pod.ready && all.every(list => list.some(e => e.id === pod.id))).length
}

const longest = (sides: Sides, which: (endpoint: Endpoint) => boolean): number =>
  Math.max(...lists(sides).map(list => list.filter(which).length))

export function stableView(sides: Sides): View['stable'] {
  const { stable: st, pods, hash, replicas } = sides
  const live = pods.filter(pod => pod.owner === 'stable')
  const isCurrent = (pod: Pod): boolean => pod.owner === 'stable' && pod.version === st.current
  const isDead = (e: Endpoint): boolean => !pods.some(pod => pod.id === e.id)
  const observed = st.current === st.version
  return {
    version: version(st.version),
    paused: st.paused,
    replicas,
    hash: observed ? `h${st.current}` : undefined,
    onlyCurrent: observed && live.every(isCurrent),
    surging: false,
    rolling: !st.paused && live.some(pod => pod.version !== st.version),
    ready: live.filter(pod => isCurrent(pod) && pod.ready).length,
    known: known(sides, isCurrent),
    subset: {
      hash,
      version: version(Number((hash ?? 'h0').slice(1))),
      alive: live.filter(pod => pod.hash === hash).length,
      known: known(sides, pod => pod.owner === 'stable' && pod.hash === hash),
      stale: longest(sides, e => e.hash === hash && isDead(e)),
    },
    strays: longest(sides, e => e.owner === 'stable' && isDead(e)),
    sameImages: undefined,
    failing: undefined,
  }
}

export function canaryView(sides: Sides): View['canary'] {
  const { canary, pods } = sides
  const isCanary = (pod: Pod): boolean => pod.owner === 'canary' && pod.version === canary?.version
  const all = pods.filter(pod => pod.owner === 'canary').length
  return {
    exists: canary !== undefined,
    version: version(canary?.version ?? 0),
    replicas: canary?.replicas ?? 0,
    ready: pods.filter(pod => isCanary(pod) && pod.ready).length,
    known: known(sides, isCanary),
    listed: Math.max(
      all,
      longest(sides, e => e.owner === 'canary'),
    ),
    mixedImages: false,
    failing: undefined,
  }
}
