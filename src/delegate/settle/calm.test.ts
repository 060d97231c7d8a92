import { describe, expect, it } from 'vitest'
import { arrivalOf, endpointArrivalOf } from './arrivals.ts'
import { bound, calm, look, nonce, play, shard } from './history.contract.ts'
import type { IstiodLook } from './tracker.ts'

const g = 'gw-1.istio-system'
const route = { kind: 'VirtualService', key: 'VirtualService shop/cart', uid: 'u1', generation: 2 } as const
const acked = (push: number) => [nonce(push), nonce(push)] as const
const sent = (push: number, before: number) => [nonce(push), nonce(before)] as const

/** How far the route has come behind these rounds. */
const arrival = (rounds: readonly IstiodLook[][], now: number) => arrivalOf(play(rounds), route, { proxies: [g] }, { now, bound })

describe('where no answer tells when a push began', () => {
  const told = (at: number, push: number, updates: number) => [
    look(at, { pushes: [6, 1.002], updates, proxies: { [g]: { route: acked(push) } } }),
  ]
  // Its push began before the first answer behind the sight.
  const first = [told(0, 5, 7), [look(200, { route: 2 })], told(300, 6, 8)]

  it('it has arrived when istiod has taken no change for as long as it takes to push one', () => {
    expect(arrival([...first, told(300 + calm - 1, 6, 8)], 300 + calm).reached).toBe('none')
    expect(arrival([...first, told(300 + calm, 6, 8)], 300 + calm).reached).toBe('removal')
  })

  it('but not while changes come, nor where istiod does not count them, nor while something is under way', () => {
    const changing = [500, 1000, 1500, 2000].map((at, n) => told(at, 6, 9 + n))
    expect(arrival([...first, ...changing], 2000).reached).toBe('none')
    const silent = [look(3000, { pushes: [6, 1.002], proxies: { [g]: { route: acked(6) } } })]
    expect(arrival([...first, silent], 3000).reached).toBe('none')
    const busy = [look(3000, { pushes: [6, 1.002], updates: 8, proxies: { [g]: { route: sent(7, 6) } } })]
    expect(arrival([...first, busy], 3000).reached).toBe('none')
  })

  it('nor by what was sent long before the sight: istiod may show a change that it has not counted yet', () => {
    const late = [told(0, 6, 8), told(3000, 6, 8), [look(3010, { route: 2 })], told(3020, 6, 8)]
    expect(arrival([...late, told(6000, 6, 8)], 6000).reached).toBe('none')
    expect(arrival([...late, told(3010 + bound, 6, 8)], 3010 + bound).reached).toBe('removal')
  })

  it('an address is known by then, too: it is counted as it comes into the index', () => {
    const indexed = (at: number, endpoints: readonly string[]) => [
      look(at, { updates: endpoints.length, proxies: { [g]: { endpoint: acked(6) } }, endpoints }),
    ]
    const rounds = [indexed(0, ['a']), indexed(3000, ['a', 'b'])]
    const known = (at: number) =>
      endpointArrivalOf(play([...rounds, indexed(at, ['a', 'b'])]), 'cart.shop', [shard('b')], { proxies: [g] }).known
    expect(known(3000 + calm - 1)).toEqual([])
    expect(known(3000 + calm)).toEqual(['b'])
  })
})
