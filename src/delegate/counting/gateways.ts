import { toFailureRecord, type Clock, type KubernetesObject } from '#base/index.ts'
import type { Cluster, Objects } from '#delegate/kubernetes/index.ts'
import { readProxy } from '#delegate/verification/index.ts'
import { isMeshBound } from '#model/preflight/index.ts'
import { readActive } from './active.ts'
import { openGatewayPods, workloadOf, type GatewayPods, type Workload } from './gateway-pods.ts'
import type { Proxy } from './interval.ts'
import { proxyLevels, type Counted } from './proxy-levels.ts'
import type { CounterSurroundings, Proxies } from './proxies.ts'
import { timely } from './timely.ts'

/** The gateways of a release's routes, asked themselves. */
export interface Gateways extends Proxies {
  /** Every request of the routes goes through them. */
  seeAll(): boolean
  /** Whose pods they are; undefined where that is not known of all. */
  workloads(): readonly Workload[] | undefined
  /** How many requests are under way to these addresses; undefined where that cannot be seen of every proxy that may send there. */
  active(addresses: readonly string[]): Promise<number | undefined>
  /** Calls `listener` when one is about to go. */
  onLeaving(listener: () => void): void
}

/** Soon, for what is sent wrongly is certain only after a while; then rarely. */
const pauses = [1000, 5000, 30_000, 60_000, 120_000, 300_000]
/** A gateway on the other side of a continent answers in half of it. */
const patience = 3000

const sidecars =
  'callers inside the mesh, whose own sidecars count their requests: a Prometheus that scrapes these tells, named in spec.prometheus of the Infrastructure'

/** Opens them without waiting: what keeps them from being seen must keep nobody from anything else. */
export function openGateways(
  objects: Objects,
  routes: readonly KubernetesObject[],
  counted: Counted,
  surroundings: CounterSurroundings,
): Gateways {
  const { clock } = surroundings
  const closing = new AbortController()
  const { signal } = closing
  const listeners: (() => void)[] = []
  const asker: Asker = { clock, cluster: objects.cluster, signal }
  let pods: GatewayPods | undefined
  let why: string | undefined

  const fail = (error: unknown): void => {
    if (!signal.aborted) why = toFailureRecord(error).message
    pods?.close()
    pods = undefined
  }
  const open = async (): Promise<void> => {
    pods = await openGatewayPods(objects, { routes, namespace: counted.namespace }, surroundings, fail, signal)
    if (isMeshBound({ routes, namespace: counted.namespace })) why = sidecars
    else if (!pods && routes.length > 0) why = 'no gateway takes requests for its routes'
    pods?.onLeaving(() => listeners.forEach(listener => listener()))
  }
  return {
    opened: open().catch(fail),
    why: () => why,
    silence: () => 'none of its gateways tells what it has counted',
    isOpen: () => pods !== undefined,
    seeAll: () => pods?.seeAll ?? false,
    workloads: () => (pods?.allKnown ? [...pods.running()].map(workloadOf) : undefined),
    async look() {
      const asked = clock.now()
      const proxies = new Map(await Promise.all((pods?.running() ?? []).map(pod => askPod(pod, counted, asker))))
      return { asked, answered: clock.now(), proxies }
    },
    pauses,
    patience: () => patience,
    by: names => names.join(', '),
    active: async addresses => (pods?.seeAll ? activeOf(pods.running(), addresses, asker) : undefined),
    onLeaving: listener => void listeners.push(listener),
    close() {
      pods?.close()
      closing.abort()
    },
  }
}

interface Asker {
  readonly clock: Clock
  readonly cluster: Cluster
  readonly signal: AbortSignal
}

async function askPod(pod: KubernetesObject, counted: Counted, { clock, cluster, signal }: Asker): Promise<readonly [string, Proxy]> {
  const { name, uid = name, creationTimestamp = '' } = pod.metadata
  const levels = await timely(clock, signal, ends => readProxy(cluster, pod, ends)).then(
    samples => proxyLevels(samples, counted),
    () => undefined,
  )
  return [uid, { name, since: Date.parse(String(creationTimestamp)), levels }]
}

/** Undefined where one of them does not tell, or not of every address. */
async function activeOf(
  pods: readonly KubernetesObject[],
  addresses: readonly string[],
  { clock, cluster, signal }: Asker,
): Promise<number | undefined> {
  const told = await Promise.all(pods.map(pod => timely(clock, signal, ends => readActive(cluster, pod, ends)).catch(() => undefined)))
  if (told.length === 0 || !told.every(each => each !== undefined && addresses.every(address => each.has(address)))) return undefined
  return told.reduce((sum, each) => sum + addresses.reduce((of, address) => of + (each?.get(address) ?? 0), 0), 0)
}
