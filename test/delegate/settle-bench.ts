import { expect } from 'vitest'
import { Failure, seededRandom, sleep, type KubernetesObject } from '#base/index.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import { openSettling, type Seen, type Settle, type Settling } from '#delegate/settle/index.ts'
import type { SettleSettings } from '#model/release/index.ts'
import type { SandboxOptions } from '#sandbox/index.ts'
import { destinationRule, openShop, virtualService, type Shop } from '../sandbox/shop.ts'

const service = { namespace: 'shop', name: 'cart-svc', ports: [80] }

/** A shop in the sandbox, and settling by acknowledgement on it. */
export interface Bench {
  readonly shop: Shop
  readonly settle: Settle
  readonly settling: Settling
  readonly cluster: Cluster
  /** What istiods were asked so far, by page. */
  asked(): Readonly<Record<string, number>>
  /** Looks until `done`, as the delegate's loop does; gives how long that took. */
  lookUntil(done: (seen: Seen) => boolean, limit?: number): Promise<number>
  look(): Promise<Seen>
  /** Whether objects, pods and what gateways have of them are as they were when the last look began: a look tells of that moment. */
  isSteady(): boolean
  apply(object: KubernetesObject): void
  close(): void
}

/** `onTheWay`: milliseconds that a question for a page of istiod takes to get there, and its answer to come back. */
export async function openBench(
  options: Partial<SandboxOptions> & {
    readonly seed?: number
    readonly replicas?: number
    readonly onTheWay?: (page: string) => number
  } = {},
  settings: SettleSettings = { mode: 'acknowledged' },
): Promise<Bench> {
  const shop = await openShop({ versions: ['1', '2'], ...options })
  const { clock, sandbox } = shop
  const random = seededRandom(options.seed ?? 1)
  const pages: Record<string, number> = {}
  const base = sandbox.cluster as Cluster
  const cluster: Cluster = {
    ...base,
    async podHttp(pod, port, request, signal) {
      const [page = ''] = request.path.split('?')
      pages[page] = (pages[page] ?? 0) + 1
      const onTheWay = options.onTheWay?.(page)
      if (onTheWay === undefined) return base.podHttp(pod, port, request, signal)
      await sleep(clock, onTheWay)
      const answer = await base.podHttp(pod, port, request, signal)
      await sleep(clock, onTheWay)
      return answer
    },
  }
  const settling = openSettling({ clock, random })
  shop.apply(destinationRule(['1', '2']))
  shop.apply(split(0))
  const settle = await clock.runUntil(settling.settle(cluster, settings, []))
  const one = (resource: string): KubernetesObject | undefined => shop.list(resource)[0]
  const picture = (): string => {
    const pods = shop.list('pods').map(({ metadata: { name, deletionTimestamp }, status }) => [name, deletionTimestamp, status])
    return JSON.stringify([
      pods,
      one('virtualservices.networking.istio.io'),
      one('destinationrules.networking.istio.io'),
      truth({ shop }).endpoints,
    ])
  }
  let began = ''
  const look = (): Promise<Seen> => {
    began = picture()
    const route = one('virtualservices.networking.istio.io')
    const rule = one('destinationrules.networking.istio.io')
    const pods = shop.list('pods').filter(pod => pod.metadata.labels?.['app'] === 'cart')
    return clock.runUntil(settle.look({ routes: route ? [route] : [], ...(rule && { rule }), services: [{ ...service, pods }] }))
  }
  return {
    shop,
    settle,
    look,
    isSteady: () => began === picture(),
    settling,
    cluster,
    asked: () => ({ ...pages }),
    close() {
      settle.close()
      settling.close()
      shop.stop()
    },
    async lookUntil(done, limit = 60_000) {
      const began = clock.now()
      for (;;) {
        const seen = await look().catch(unlessSilent)
        if (seen && done(seen)) return clock.now() - began
        if (clock.now() - began > limit) throw new Error(`not within ${limit} ms: ${JSON.stringify(seen)}`)
        await clock.advance(Math.min(seen?.nextLookIn ?? 100, 1000))
      }
    },
    apply(object) {
      const written = shop.apply(object)
      settle.wrote(written)
    },
  }
}

/** The route with so much for version 2. */
export function split(weight: number): KubernetesObject {
  return virtualService([
    { subset: 'v1', weight: 100 - weight },
    { subset: 'v2', weight },
  ])
}

/** While no istiod runs, a look fails; the delegate looks again. */
function unlessSilent(error: unknown): undefined {
  if (!(error instanceof Failure && error.code === 'SL-SETTLE-ISTIOD-SILENT')) throw error
}

export const arrived = (seen: Seen): boolean => seen.routes[0]?.reached === 'removal' && seen.rule?.reached === 'removal'

/** The rows of the route, as text. */
export const rows = (weight: number): string =>
  JSON.stringify([
    ['v1', 100 - weight],
    ['v2', weight],
  ])

/** What the gateways really believe. */
export function truth({ shop }: Pick<Bench, 'shop'>) {
  const views = shop.sandbox.gateways().map(gateway => gateway.view.show())
  return {
    weights: views.map(({ routes }) => {
      const route = routes
        .flatMap(({ hosts }) => hosts.flatMap(host => host.routes))
        .find(({ virtualService: { metadata } }) => metadata.namespace === 'shop' && metadata.name === 'cart')
      return JSON.stringify(route?.entry.route?.map(({ destination, weight }) => [destination?.subset, weight]))
    }),
    subsets: views.map(({ clusters }) =>
      clusters
        .flatMap(({ cluster }) => (cluster.host.startsWith('cart-svc') ? [cluster.name.split('|')[2]] : []))
        .sort()
        .join(),
    ),
    endpoints: views.map(({ clusters }) => {
      const all = clusters.find(({ cluster }) => cluster.name === 'outbound|80||cart-svc.shop.svc.cluster.local')
      return all?.endpoints.map(({ ip }) => ip) ?? []
    }),
  }
}

/** Nothing is awaited any more. */
export const settled = (seen: Seen): boolean => arrived(seen) && seen.endpoints.complete && seen.nextLookIn === Infinity

/** A route of somebody else, for another host. */
export function elsewhere(number: number): KubernetesObject {
  const route = virtualService([{ subset: 'v1' }], `other-${number}`)
  return { ...route, spec: { ...(route.spec as object), hosts: [`other-${number}.example.com`] } }
}

/** What the objects say now. */
export interface Wanted {
  weights: string
  subsets: string
}

/** Asserts that nothing is called arrived that some gateway lacks; where something changed during the look, the next one is judged. */
export function check(bench: Bench, seen: Seen, wanted: Readonly<Wanted>, where: string): void {
  if (!bench.isSteady()) return
  const real = truth(bench)
  if (seen.routes[0]?.reached === 'removal') expect(real.weights, `${where}: route`).toEqual(real.weights.map(() => wanted.weights))
  if (seen.rule?.reached === 'removal') expect(real.subsets, `${where}: rule`).toEqual(real.subsets.map(() => wanted.subsets))
  for (const endpoints of real.endpoints) {
    expect(endpoints, `${where}: known`).toEqual(expect.arrayContaining([...seen.endpoints.known]))
    if (seen.endpoints.complete)
      expect(
        seen.endpoints.listed.map(({ address }) => address),
        `${where}: listed`,
      ).toEqual(expect.arrayContaining([...endpoints]))
  }
}
