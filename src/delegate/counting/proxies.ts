import { toFailureRecord, type Clock, type KubernetesObject, type Random } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import { readProxy } from '#delegate/verification/index.ts'
import { readActive } from './active.ts'
import { openGatewayPods, type GatewayPods } from './gateway-pods.ts'
import type { Look, Proxy } from './interval.ts'
import { proxyLevels, type Counted } from './proxy-levels.ts'

export interface CounterSurroundings {
  readonly clock: Clock
  readonly random: Random
}

/** The proxies whose counts are a release's. */
export interface Proxies {
  /** Resolves when it is known which they are, or that they cannot be seen; never rejects. */
  readonly opened: Promise<void>
  /** Why they are not seen (any more); undefined while they are. */
  why(): string | undefined
  /** Whether they are known and can be asked. */
  isOpen(): boolean
  /** Asks all of them. Who does not answer has no levels. */
  look(): Promise<Look>
  /** How many requests are under way to these addresses; undefined where that cannot be seen of every proxy that may send there. */
  active(addresses: readonly string[]): Promise<number | undefined>
  /** Calls `listener` when one is about to go. */
  onLeaving(listener: () => void): void
  close(): void
}

/** A proxy that does not tell within this time (milliseconds) is silent. A gateway on the other side of a continent answers in a tenth of it. */
const silentAfter = 5000

/** Opens them without waiting: what keeps them from being seen must keep nobody from anything else. */
export function openProxies(
  objects: Objects,
  routes: readonly KubernetesObject[],
  counted: Counted,
  surroundings: CounterSurroundings,
): Proxies {
  const { clock } = surroundings
  const closing = new AbortController()
  const { signal } = closing
  const listeners: (() => void)[] = []
  let pods: GatewayPods | undefined
  let why: string | undefined

  const fail = (error: unknown): void => {
    if (!signal.aborted) why = toFailureRecord(error).message
    pods?.close()
    pods = undefined
  }
  const open = async (): Promise<void> => {
    pods = await openGatewayPods(objects, { routes, namespace: counted.namespace }, surroundings, fail, signal)
    if (!pods && routes.length > 0) why = 'no gateway takes requests for its routes'
    pods?.onLeaving(() => listeners.forEach(listener => listener()))
  }
  const ask = async (pod: KubernetesObject): Promise<readonly [string, Proxy]> => {
    const { name, uid = name, creationTimestamp = '' } = pod.metadata
    const levels = await timely(clock, signal, ends => readProxy(objects.cluster, pod, ends)).then(
      samples => proxyLevels(samples, counted),
      () => undefined,
    )
    return [uid, { name, since: Date.parse(String(creationTimestamp)), levels }]
  }

  return {
    opened: open().catch(fail),
    why: () => why,
    isOpen: () => pods !== undefined,
    async look() {
      const asked = clock.now()
      const proxies = new Map(await Promise.all((pods?.running() ?? []).map(ask)))
      return { asked, answered: clock.now(), proxies }
    },
    async active(addresses) {
      if (!pods?.seeAll) return undefined
      const told = await Promise.all(
        pods.running().map(pod => timely(clock, signal, ends => readActive(objects.cluster, pod, ends)).catch(() => undefined)),
      )
      if (told.length === 0 || !told.every(each => each !== undefined && addresses.every(address => each.has(address)))) return undefined
      return told.reduce((sum, each) => sum + addresses.reduce((of, address) => of + (each?.get(address) ?? 0), 0), 0)
    },
    onLeaving: listener => void listeners.push(listener),
    close() {
      pods?.close()
      closing.abort()
    },
  }
}

/** Gives up after the time of silence. */
async function timely<T>(clock: Clock, signal: AbortSignal, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController()
  const cancel = clock.after(silentAfter, () => late.abort(new Error('no answer in time')))
  try {
    return await act(AbortSignal.any([signal, late.signal]))
  } finally {
    cancel()
  }
}
