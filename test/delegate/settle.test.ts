import { afterEach, describe, expect, it } from 'vitest'
import { Failure, seededRandom, type KubernetesObject, type Random } from '#base/index.ts'
import { countCalls, type Cluster } from '#delegate/kubernetes/index.ts'
import { openSettling, type Seen, type Settle } from '#delegate/settle/index.ts'
import type { SandboxOptions } from '#sandbox/index.ts'
import { destinationRule, openShop, virtualService, type Shop } from '../sandbox/shop.ts'

const opened: (() => void)[] = []
afterEach(() => opened.splice(0).forEach(close => close()))

const service = { namespace: 'shop', name: 'cart-svc', ports: [80] }

interface Bench {
  readonly shop: Shop
  readonly settle: Settle
  readonly podRequests: () => number
  /** Looks until `done`, as the delegate's loop does; gives how long that took. */
  lookUntil(done: (seen: Seen) => boolean, limit?: number): Promise<number>
  look(): Promise<Seen>
  apply(object: KubernetesObject): void
}

async function open(options: Partial<SandboxOptions> & { readonly seed?: number; readonly replicas?: number } = {}): Promise<Bench> {
  const shop = await openShop({ versions: ['1', '2'], ...options })
  const { clock, sandbox } = shop
  const random = seededRandom(options.seed ?? 1)
  const cluster = countCalls(sandbox.cluster as Cluster)
  const settling = openSettling({ clock, random })
  shop.apply(destinationRule(['1', '2']))
  shop.apply(
    virtualService([
      { subset: 'v1', weight: 100 },
      { subset: 'v2', weight: 0 },
    ]),
  )
  const settle = await clock.runUntil(settling.settle(cluster, { mode: 'acknowledged' }))
  opened.push(() => (settle.close(), settling.close(), shop.stop()))
  const one = (resource: string): KubernetesObject | undefined => shop.list(resource)[0]
  const look = (): Promise<Seen> => {
    const route = one('virtualservices.networking.istio.io')
    const rule = one('destinationrules.networking.istio.io')
    const pods = shop.list('pods').filter(pod => pod.metadata.labels?.['app'] === 'cart')
    return clock.runUntil(settle.look({ ...(route && { route }), ...(rule && { rule }), service, pods }))
  }
  return {
    shop,
    settle,
    look,
    podRequests: () => cluster.counts().podRequests,
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

/** While no istiod runs, a look fails; the delegate looks again. */
function unlessSilent(error: unknown): undefined {
  if (!(error instanceof Failure && error.code === 'SL-SETTLE-ISTIOD-SILENT')) throw error
}

const arrived = (seen: Seen): boolean => seen.route?.reached === 'removal' && seen.rule?.reached === 'removal'

describe('a quiet mesh', () => {
  it('settles within 50 ms of the moment the gateway has it', async () => {
    const bench = await open()
    await bench.lookUntil(arrived)
    for (const weight of [10, 25, 50, 75, 100]) {
      await bench.shop.clock.advance(5000)
      bench.apply(
        virtualService([
          { subset: 'v1', weight: 100 - weight },
          { subset: 'v2', weight },
        ]),
      )
      const took = await bench.lookUntil(arrived)
      expect(took).toBeGreaterThanOrEqual(100)
      expect(took).toBeLessThan(165)
    }
  })
})

/** The rows of the route, as text. */
const rows = (weight: number): string =>
  JSON.stringify([
    ['v1', 100 - weight],
    ['v2', weight],
  ])

/** What the gateways really believe. */
function truth({ shop }: Bench) {
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

/** Asserts that nothing is called arrived that some gateway lacks. */
function check(bench: Bench, seen: Seen, wanted: Readonly<Wanted>, where: string): void {
  const real = truth(bench)
  if (seen.route?.reached === 'removal') expect(real.weights, `${where}: route`).toEqual(real.weights.map(() => wanted.weights))
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

const settled = (seen: Seen): boolean => arrived(seen) && seen.endpoints.complete && seen.nextLookIn === Infinity

/** A route of somebody else, for another host. */
function elsewhere(number: number): KubernetesObject {
  const route = virtualService([{ subset: 'v1' }], `other-${number}`)
  return { ...route, spec: { ...(route.spec as object), hosts: [`other-${number}.example.com`] } }
}

/** A mesh with delays of its own. */
async function mesh(seed: number, random: Random): Promise<Bench> {
  const between = (least: number, most: number) => (): number => least + random() * (most - least)
  const one = <T>(...choices: readonly [T, ...T[]]): T => choices[Math.floor(random() * choices.length)] ?? choices[0]
  return open({
    seed,
    // A crashed istiod must not keep the test from writing.
    webhook: false,
    mesh: {
      version: one('1.20.3', '1.27.1', '1.30.0'),
      istiods: one(1, 2),
      gateways: one(1, 2, 3),
      debounce: { after: one(100, 100, 300) },
      propagation: between(0, one(50, 2000)),
      readDelay: between(1, 40),
      queueDelay: between(0, 50),
    },
  })
}

interface Wanted {
  weights: string
  subsets: string
}

/** What may happen in it; `wanted` is kept as the objects say. */
function acts(bench: Bench, random: Random, wanted: Wanted): readonly (() => void)[] {
  const { shop } = bench
  const { mesh: at, switches } = shop.sandbox
  const gateway = (): string => [...at.gateways.keys()][Math.floor(random() * at.gateways.size)] ?? ''
  let others = 0
  return [
    () => {
      const weight = Math.floor(random() * 101)
      wanted.weights = rows(weight)
      bench.apply(
        virtualService([
          { subset: 'v1', weight: 100 - weight },
          { subset: 'v2', weight },
        ]),
      )
    },
    () => {
      const versions = random() < 0.5 ? ['1', '2'] : ['1', '2', '3']
      wanted.subsets = ['', ...versions.map(version => `v${version}`)].join()
      bench.apply(destinationRule(versions))
    },
    () => shop.scale('cart-v1', 1 + Math.floor(random() * 3)),
    () => shop.scale('cart-v2', Math.floor(random() * 3)),
    () => void shop.apply(elsewhere(others++)),
    () => at.disconnect(gateway(), 10 + random() * 3000),
    () => at.connect(gateway()),
    () => {
      const [istiod] = at.istiods.keys()
      if (istiod && random() < 0.3) switches.crash({ namespace: 'istio-system', name: istiod })
    },
  ]
}

/** Things happen, and between them somebody looks, mostly until all has settled. */
async function story(seed: number): Promise<void> {
  const random = seededRandom(seed)
  const bench = await mesh(seed, random)
  const wanted = { weights: rows(0), subsets: ',v1,v2' }
  const all = acts(bench, random, wanted)
  await bench.lookUntil(settled, 120_000)
  for (let act = 0; act < 12; act++) {
    for (let n = Math.floor(random() * 3); n >= 0; n--) all[Math.floor(random() * all.length)]?.()
    const where = `seed ${seed}, act ${act}`
    const patience = random() < 0.7 ? 120_000 : random() * 800
    const end = bench.shop.clock.now() + patience
    await bench.lookUntil(seen => (check(bench, seen, wanted, where), settled(seen) || bench.shop.clock.now() >= end), 120_000)
    await bench.shop.clock.advance(random() * 3000)
  }
}

describe('a mesh where much happens', () => {
  const seeds = Number(process.env['SEEDS'] ?? 3)
  const first = Number(process.env['SEED'] ?? 1)
  it.each(Array.from({ length: seeds }, (_, n) => first + n))('never calls arrived what some gateway lacks (seed %i)', seed => story(seed))
})
