import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom } from '#base/index.ts'
import { destinationRule } from '../sandbox/shop.ts'
import { check, openBench, rows, settled, split, truth, type Bench, type Wanted } from './settle-bench.ts'

const opened: Bench[] = []
afterEach(() => opened.splice(0).forEach(bench => bench.close()))

/** What the objects say now, and how many pods there will be. */
interface World extends Wanted {
  pods: number
}

/** One after another: pods come or go, the route or the rule is written. Each changes something every time. */
function changes(bench: Bench, wanted: World): readonly ((round: number) => void)[] {
  return [
    round => {
      const second = 2 + ((round + 1) % 2)
      wanted.pods = 2 + second
      bench.shop.scale('cart-v2', second)
    },
    round => {
      wanted.weights = rows(round + 1)
      bench.apply(split(round + 1))
    },
    round => {
      wanted.subsets = ['', 'v1', 'v2', `v${round + 3}`].toSorted().join()
      bench.apply(destinationRule(['1', '2', `${round + 3}`]))
    },
  ]
}

/** Pods that the API server calls ready. */
function readyPods({ shop }: Bench): readonly string[] {
  return shop.list('pods').flatMap(({ metadata: { name, labels, deletionTimestamp }, status }) => {
    const { conditions = [] } = status as { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
    const isReady = conditions.some(condition => condition.type === 'Ready' && condition.status === 'True')
    return labels?.['app'] === 'cart' && deletionTimestamp === undefined && isReady ? [name] : []
  })
}

/** Whether every gateway has all of it. */
function isEverywhere(bench: Bench, { weights, subsets, pods }: World): boolean {
  const real = truth(bench)
  return (
    real.weights.every(each => each === weights) &&
    real.subsets.every(each => each === subsets) &&
    readyPods(bench).length === pods &&
    real.endpoints.every(endpoints => endpoints.length === pods)
  )
}

/** Milliseconds after which the delegate's watches wake it for pods that have changed. */
const wakes = 5

/** Makes one change and, where asked for, another behind it, and looks all the while; gives how long behind the last gateway it was told. */
async function late(bench: Bench, wanted: World, first: () => void, second?: { readonly act: () => void; readonly after: number }) {
  const { clock } = bench.shop
  let [everywhere, left, over] = [NaN, second ? 1 : 0, false]
  first()
  const watch = (): void => {
    if (left > 0 || !isEverywhere(bench, wanted)) everywhere = NaN
    else if (Number.isNaN(everywhere)) everywhere = clock.now()
    if (!over) clock.after(1, watch)
  }
  watch()
  if (second) clock.after(second.after, () => (second.act(), (left = 0)))
  for (let seen; !(seen && left === 0 && readyPods(bench).length === wanted.pods && bench.isSteady() && settled(seen));) {
    if (seen) await clock.advance(Math.min(seen.nextLookIn, wakes))
    seen = await bench.look()
    check(bench, seen, wanted, `at ${clock.now()}`)
  }
  over = true
  return clock.now() - everywhere
}

describe('pods, routes and rules settle soon behind the last gateway, never before it and never at the debounce maximum', () => {
  // Beyond 65 ms no answer can tell when a push began: then istiod's own count of changes tells that it has pushed, a second later.
  for (const [answersAfter, within] of [
    [2, 60],
    [20, 130],
    [100, 1600],
    [300, 2600],
    [1000, 6000],
  ] as const)
    it(`where istiod answers after ${answersAfter} ms`, async () => {
      const random = seededRandom(answersAfter)
      const propagation = (): number => 1 + random() * 40
      const bench = await openBench({ seed: answersAfter, onTheWay: () => answersAfter / 2, mesh: { gateways: 2, propagation } })
      opened.push(bench)
      await bench.lookUntil(settled)
      const wanted = { weights: rows(0), subsets: ',v1,v2', pods: readyPods(bench).length }
      const all = changes(bench, wanted)
      // A pod that is ready for a moment only, unseen by istiod, may still come there: that takes the bound.
      const both = all.flatMap((_, one) => [undefined, ...all.keys()].map(other => ({ one, other })))
      const pairs = both.filter(({ one, other }) => one !== 0 || other !== 0)
      const behind: number[] = []
      for (const [round, { one, other }] of pairs.entries()) {
        await bench.shop.clock.advance(3000 + 17 * round)
        const second = other === undefined ? undefined : { act: () => all[other]?.(2 * round + 1), after: 20 + 40 * (round % 4) }
        behind.push(Math.round(await late(bench, wanted, () => all[one]?.(2 * round), second)))
      }
      expect(behind.filter(milliseconds => !(milliseconds < within))).toEqual([])
    })
})
