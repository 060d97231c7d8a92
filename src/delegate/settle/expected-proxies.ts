import type { KubernetesObject } from '#base/index.ts'
import { gatewaySelector, openMirror, type Mirror, type Objects, type Surroundings } from '#delegate/kubernetes/index.ts'
import { boundGateways } from '#model/traffic/index.ts'
import type { Expected } from './arrivals.ts'
import type { TrackerState } from './tracker.ts'

/** Which proxies a route reaches: pods as the API server lists them, kept by watches. */
export interface ProxyFinder {
  /** Rejects when a right is missing, or the cluster does not answer. */
  find(route: KubernetesObject, signal?: AbortSignal): Promise<ReachedPods>
  close(): void
}

/** Where the proxies of a route run; undefined: anywhere, so every connected proxy counts. */
export interface ReachedPods {
  readonly pods: (() => readonly KubernetesObject[]) | undefined
}

/** What any of several routes reaches. */
export function together(all: readonly ReachedPods[]): ReachedPods {
  const found = all.flatMap(({ pods }) => pods ?? [])
  return found.length < all.length ? { pods: undefined } : { pods: () => found.flatMap(pods => pods()) }
}

/** Sidecar injection puts this label on every pod it touches. */
const injected = 'security.istio.io/tlsMode'

export function proxyFinder(objects: Objects, surroundings: Surroundings, onFailure: (error: unknown) => void): ProxyFinder {
  const mirrors = new Map<string, Promise<Mirror>>()
  const selectors = new Map<string, Promise<string | undefined>>()

  const mirror = (labels: string, signal?: AbortSignal): Promise<Mirror> => {
    const lost = (error: unknown): void => {
      mirrors.delete(labels)
      onFailure(error)
    }
    return once(mirrors, labels, () => openMirror(objects, { apiVersion: 'v1', kind: 'Pod', labels }, surroundings, lost, signal))
  }

  return {
    async find(route, signal) {
      const gateways = gatewaysOf(route)
      if (!gateways) return { pods: undefined }
      const wanted = await Promise.all(
        gateways.map(name => (name === 'mesh' ? injected : once(selectors, name, () => gatewaySelector(objects, name, signal)))),
      )
      if (wanted.includes('')) return { pods: undefined }
      const found = await Promise.all(wanted.flatMap(labels => (labels ? [mirror(labels, signal)] : [])))
      return { pods: () => found.flatMap(each => each.objects()) }
    },
    close() {
      for (const opened of mirrors.values()) opened.then(each => each.close()).catch(() => undefined)
    },
  }
}

/** Remembers what succeeded. */
function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const present = known.get(key)
  if (present) return present
  const made = make()
  known.set(key, made)
  made.catch(() => known.delete(key))
  return made
}

/** `mesh`, and gateways as `namespace/name`; undefined for a route without hosts, which others include (a delegate). */
function gatewaysOf({ metadata, spec }: KubernetesObject): readonly string[] | undefined {
  const { hosts = [], gateways } = (spec ?? {}) as { readonly hosts?: readonly string[]; readonly gateways?: readonly string[] }
  return hosts.length === 0 ? undefined : boundGateways(gateways, metadata.namespace ?? '')
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
    const { phase, conditions } = (pod.status ?? {}) as PodStatus
    const proxy = state.proxies.get(idOf(pod))
    if (pod.metadata.deletionTimestamp !== undefined) return proxy?.connected ?? false
    const ready = conditions?.some(condition => condition.type === 'Ready' && condition.status === 'True') ?? false
    return phase === 'Running' && (ready || proxy !== undefined)
  }
  return { proxies: [...new Set(pods().filter(counts).map(idOf))].sort() }
}

/** How a proxy calls itself. */
function idOf({ metadata }: KubernetesObject): string {
  return `${metadata.name}.${metadata.namespace ?? ''}`
}
