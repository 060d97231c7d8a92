import type { KubernetesObject } from '#base/index.ts'
import { openMirror, orAborted, type Collection, type Mirror, type Objects, type Surroundings } from '#delegate/kubernetes/index.ts'
import type { Expected } from './arrivals.ts'
import { reachOf } from './route-reach.ts'
import type { TrackerState } from './tracker.ts'

/** Which proxies a route reaches: pods as the API server lists them, kept by watches. */
export interface ProxyFinder {
  /** Rejects when a right is missing, or the cluster does not answer. */
  find(route: KubernetesObject, signal?: AbortSignal): Promise<ReachedPods>
  close(): void
}

/** Where the proxies of a route run; undefined: anywhere, so every connected proxy counts. The very same list until a pod changes. */
export interface ReachedPods {
  readonly pods: (() => readonly KubernetesObject[]) | undefined
}

/** What any of several routes reaches. */
export function together(all: readonly ReachedPods[]): ReachedPods {
  const found = all.flatMap(({ pods }) => pods ?? [])
  return found.length < all.length ? { pods: undefined } : { pods: joined(() => found.map(pods => pods())) }
}

type Pods = readonly KubernetesObject[]

/** Several lists as one: the very same until one of them is another one. */
function joined(parts: () => readonly Pods[]): () => Pods {
  let from: readonly Pods[] = []
  let all: Pods = []
  return () => {
    const now = parts()
    if (now.length === from.length && now.every((part, index) => part === from[index])) return all
    from = now
    all = now.flat()
    return all
  }
}

const nowhere: Pods = []

export function proxyFinder(objects: Objects, surroundings: Surroundings): ProxyFinder {
  const mirrors = new Map<string, Promise<Mirror>>()
  const closing = new AbortController()

  /** The watch outlives whoever asked first. One that ended for good (a right was taken away) is opened again by the next look. */
  const watch = (collection: Collection): Promise<Mirror> => {
    const key = JSON.stringify(collection)
    const present = mirrors.get(key)
    if (present) return present
    const forget = (): void => void mirrors.delete(key)
    const opened = openMirror(objects, collection, surroundings, forget, closing.signal)
    opened.catch(forget)
    mirrors.set(key, opened)
    return opened
  }
  const named = async (apiVersion: string, kind: string, name: string, namespace?: string): Promise<KubernetesObject | undefined> => {
    const fields = `metadata.name=${name}`
    return (await watch({ apiVersion, kind, fields, ...(namespace === undefined ? {} : { namespace }) })).objects()[0]
  }

  const podsOf = async (route: KubernetesObject): Promise<ReachedPods> => {
    const reach = await reachOf(route, named)
    if (reach === 'anywhere') return { pods: undefined }
    const places = await Promise.all(reach.map(collections => Promise.all(collections.map(watch))))
    return { pods: joined(() => places.map(place => place.map(mirror => mirror.objects()).find(pods => pods.length > 0) ?? nowhere)) }
  }

  return {
    find: (route, signal) => orAborted(podsOf(route), signal),
    close() {
      closing.abort()
      for (const opened of mirrors.values()) opened.then(each => each.close()).catch(() => undefined)
    },
  }
}

interface PodStatus {
  readonly phase?: string
  readonly conditions?: readonly { readonly type: string; readonly status: string }[]
}

/**
 * Of pods and of what is connected: the proxies that must have a change. A running pod counts once it is ready or was ever connected;
 * a dying one as long as it is connected, for it still serves.
 */
export function expectedOf({ pods }: ReachedPods, state: TrackerState): Expected {
  if (!pods) return { proxies: [...state.proxies].filter(([, proxy]) => proxy.connected).map(([id]) => id) }
  const counts = (pod: KubernetesObject): boolean => {
    const proxy = state.proxies.get(proxyIdOf(pod))
    if (pod.metadata.deletionTimestamp !== undefined) return proxy?.connected ?? false
    return isReadyProxy(pod) || (phaseOf(pod) === 'Running' && proxy !== undefined)
  }
  return { proxies: [...new Set(pods().filter(counts).map(proxyIdOf))].sort() }
}

function phaseOf({ status }: KubernetesObject): string | undefined {
  return (status as PodStatus | undefined)?.phase
}

/** Whether a pod runs, is ready and stays: then its proxy ought to be connected. */
export function isReadyProxy(pod: KubernetesObject): boolean {
  const { conditions = [] } = (pod.status ?? {}) as PodStatus
  const ready = conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
  return ready && phaseOf(pod) === 'Running' && pod.metadata.deletionTimestamp === undefined
}

/** How the proxy in a pod calls itself. */
export function proxyIdOf({ metadata }: KubernetesObject): string {
  return `${metadata.name}.${metadata.namespace ?? ''}`
}
