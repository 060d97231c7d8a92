import { afterEach, describe, it } from 'vitest'
import { seededRandom, type Random } from '#base/index.ts'
import { destinationRule } from '../sandbox/shop.ts'
import { check, elsewhere, openBench, rows, settled, split, type Bench, type Wanted } from './settle-bench.ts'

const opened: Bench[] = []
afterEach(() => opened.splice(0).forEach(bench => bench.close()))

/** Which istiod lags behind, and by how many milliseconds. */
interface Lag {
  istiod: string
  by: number
}

/** Each page takes its own time, there and back. */
function onTheWay(random: Random, usual: number): (page: string) => number {
  return () => Math.round(usual * 2 * random())
}

/** A mesh with delays of its own. */
async function mesh(seed: number, random: Random, lag: Lag): Promise<Bench> {
  const between = (least: number, most: number) => (): number => least + random() * (most - least)
  const one = <T>(...choices: readonly [T, ...T[]]): T => choices[Math.floor(random() * choices.length)] ?? choices[0]
  const read = between(1, 40)
  return openBench({
    seed,
    onTheWay: onTheWay(random, one(0, 0, 10, 50, 150, 500)),
    // A crashed istiod must not keep the test from writing.
    webhook: false,
    mesh: {
      version: one('1.20.3', '1.27.1', '1.30.0'),
      istiods: one(1, 2),
      gateways: one(1, 2, 3),
      debounce: { after: one(100, 100, 300) },
      propagation: between(0, one(50, 2000)),
      readDelay: istiod => read() + (istiod === lag.istiod ? lag.by : 0),
      queueDelay: between(0, 50),
    },
  })
}

/** What may happen in it; `wanted` is kept as the objects say. */
function acts(bench: Bench, random: Random, wanted: Wanted, lag: Lag): readonly (() => void | Promise<void>)[] {
  const { shop } = bench
  const { mesh: at, switches } = shop.sandbox
  const oneOf = (names: Iterable<string>): string => {
    const all = [...names]
    return all[Math.floor(random() * all.length)] ?? ''
  }
  const gateway = (): string => oneOf(at.gateways.keys())
  let others = 0
  return [
    () => {
      const weight = Math.floor(random() * 101)
      wanted.weights = rows(weight)
      bench.apply(split(weight))
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
    // There and back between two looks.
    async () => {
      const moved = gateway()
      const home = at.homeOf(moved)
      at.connect(moved)
      await shop.clock.advance(random() * 200)
      at.connect(moved, home !== undefined && at.istiods.has(home) ? home : undefined)
    },
    () => Object.assign(lag, { istiod: oneOf(at.istiods.keys()), by: random() < 0.5 ? 0 : random() * 10_000 }),
    () => {
      const [istiod] = at.istiods.keys()
      if (istiod && random() < 0.3) switches.crash({ namespace: 'istio-system', name: istiod })
    },
  ]
}

/** Things happen, and between them somebody looks, mostly until all has settled. */
async function story(seed: number): Promise<void> {
  const random = seededRandom(seed)
  const lag: Lag = { istiod: '', by: 0 }
  const bench = await mesh(seed, random, lag)
  opened.push(bench)
  const wanted = { weights: rows(0), subsets: ',v1,v2' }
  const all = acts(bench, random, wanted, lag)
  await bench.lookUntil(settled, 120_000)
  for (let act = 0; act < 12; act++) {
    for (let n = Math.floor(random() * 3); n >= 0; n--) await all[Math.floor(random() * all.length)]?.()
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
