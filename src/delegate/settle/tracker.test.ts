import { describe, expect, it } from 'vitest'
import { arrivalOf, endpointArrivalOf, rejectionsIn } from './arrivals.ts'
import { bound, look, nonce, play, shard, type RoundTerms } from './history.contract.ts'
import type { IstiodLook } from './tracker.ts'

const g = 'gw-1.istio-system'
const h = 'gw-2.istio-system'
const route = { kind: 'VirtualService', key: 'VirtualService shop/cart', uid: 'u1', generation: 2 } as const
const rule = { kind: 'DestinationRule', key: 'DestinationRule shop/cart', uid: 'u1', generation: 2 } as const

/** How far the route has come behind these rounds. */
function arrival(
  rounds: readonly IstiodLook[][],
  at: number,
  {
    proxies = [g],
    of = route as typeof route | typeof rule,
    ...terms
  }: { proxies?: string[]; of?: typeof route | typeof rule } & RoundTerms = {},
) {
  return arrivalOf(play(rounds, terms), of, { proxies }, { now: at, bound })
}

const acked = (push: number, copy = 0) => [nonce(push, copy), nonce(push, copy)] as const
const sent = (push: number, before: number) => [nonce(push), nonce(before)] as const

/** The version is seen at 10; at 20 its push has not begun. */
const seen = [
  [look(10, { route: 2, rule: 2 })],
  [look(20, { pushes: [5, 1], proxies: { [g]: { route: acked(5), cluster: acked(5), endpoint: acked(5) } } })],
]

describe('a route', () => {
  it('has arrived when the proxy has acknowledged a push that started after the sight', () => {
    const push = [look(120, { pushes: [6, 1.002], proxies: { [g]: { route: acked(6) } } })]
    expect(arrival([...seen, push], 120)).toMatchObject({
      reached: 'removal',
      acknowledged: 1,
      expected: 1,
      missing: [],
      says: '1 of 1 proxy',
    })
  })

  it('has not arrived while that push is only sent', () => {
    const push = [look(120, { pushes: [6, 1.002], proxies: { [g]: { route: sent(6, 5) } } })]
    expect(arrival([...seen, push], 120)).toMatchObject({ reached: 'none', missing: [g] })
  })

  it('has not arrived by a push that may have started before the sight, though it is acknowledged after it', () => {
    const rounds = [
      [look(0, { pushes: [5, 1], proxies: { [g]: { route: acked(5) } } })],
      [look(10, { route: 2 })],
      [look(20, { pushes: [6, 1.002], proxies: { [g]: { route: acked(6) } } })],
    ]
    expect(arrival(rounds, 20).reached).toBe('none')
    const long = [...seen, [look(40, { pushes: [6, 1.015], proxies: { [g]: { route: acked(6) } } })]]
    expect(arrival(long, 40).reached, 'a push of 15 ms that ended after 20 began after 5, not after 10').toBe('none')
  })

  it('has not arrived by a new nonce under an old number: a reconnect, or another subscription', () => {
    const reconnect = [look(40, { pushes: [5, 1], proxies: { [g]: { route: acked(5, 7) } } })]
    expect(arrival([...seen, reconnect], 40).reached).toBe('none')
  })

  it('is not seen before configz shows its uid with at least its generation', () => {
    const push = [look(120, { pushes: [6, 1.002], proxies: { [g]: { route: acked(6) } } })]
    const old = [[look(10, { route: 1 })], ...seen.slice(1), push]
    expect(arrival(old, 120)).toMatchObject({ reached: 'none', says: '0 of 1 proxy, istiod has not read it yet' })
    const another = [[look(10, { route: 7, uid: 'u2' })], ...seen.slice(1), push]
    expect(arrival(another, 120).reached).toBe('none')
  })

  it('is seen in a later generation too: another writer may overtake us', () => {
    const push = [look(120, { pushes: [6, 1.002], proxies: { [g]: { route: acked(6) } } })]
    expect(arrival([[look(10, { route: 3 })], ...seen.slice(1), push], 120).reached).toBe('removal')
  })

  it('stays arrived through writes of metadata alone, which get no push', () => {
    const push = [look(120, { pushes: [6, 1.002], proxies: { [g]: { route: acked(6) } } })]
    expect(arrival([...seen, push, [look(5000, { route: 2 })]], 5000).reached).toBe('removal')
  })

  it('arrives one push later when the next generation comes', () => {
    const push = [look(120, { pushes: [6, 1.002], proxies: { [g]: { route: acked(6) } } })]
    const next = [...seen, push, [look(130, { route: 3 })], [look(140, { pushes: [6, 1.002], proxies: { [g]: { route: acked(6) } } })]]
    expect(arrivalOf(play(next), { ...route, generation: 3 }, { proxies: [g] }, { now: 140, bound }).reached).toBe('none')
    const after = [...next, [look(250, { pushes: [7, 1.004], proxies: { [g]: { route: acked(7) } } })]]
    expect(arrivalOf(play(after), { ...route, generation: 3 }, { proxies: [g] }, { now: 250, bound }).reached).toBe('removal')
  })

  it('arrives by the second new counter where there are no metrics', () => {
    const told = (at: number, push: number) => [look(at, { proxies: { [g]: { route: acked(push) } } })]
    const rounds = [[look(10, { route: 2 })], told(20, 5), told(120, 6)]
    expect(arrival(rounds, 120).reached).toBe('none')
    expect(arrival([...rounds, told(220, 7)], 220).reached).toBe('removal')
  })
})

describe('without a baseline (after a restart), or for a proxy to which nothing is sent', () => {
  const quiet = (at: number) => [look(at, { pushes: [5, 1], proxies: { [g]: { route: acked(5) } } })]

  it('a route has arrived when it has been seen for a whole bound and all is acknowledged', () => {
    expect(arrival([...seen, quiet(10 + bound - 1)], bound).reached).toBe('none')
    expect(arrival([...seen, quiet(10 + bound)], bound + 10).reached).toBe('removal')
  })

  it('but not while something is under way', () => {
    const busy = [look(10 + bound, { pushes: [6, 1.1], proxies: { [g]: { route: sent(6, 5) } } })]
    expect(arrival([...seen, busy], bound + 10).reached).toBe('none')
  })

  it('nor with nonces that do not name their push (Istio 1.10), before the bound', () => {
    const old = (at: number, name: string) => [look(at, { proxies: { [g]: { route: [name, name] } } })]
    const rounds = [[look(10, { route: 2 })], old(20, 'a'), old(120, 'b')]
    expect(arrival(rounds, 120).reached).toBe('none')
    expect(arrival([...rounds, old(10 + bound, 'b')], 10 + bound).reached).toBe('removal')
  })
})

describe('several proxies', () => {
  const both = (at: number, count: number, one: number, other: number) => [
    look(at, { pushes: [count, count / 1000], proxies: { [g]: { route: acked(one) }, [h]: { route: acked(other) } } }),
  ]
  const start = [[look(10, { route: 2 })], both(20, 5, 5, 5)]

  it('must all have it', () => {
    expect(arrival([...start, both(120, 6, 6, 5)], 120, { proxies: [g, h] })).toMatchObject({
      reached: 'none',
      acknowledged: 1,
      expected: 2,
      missing: [h],
      says: '1 of 2 proxies',
    })
    expect(arrival([...start, both(120, 6, 6, 6)], 120, { proxies: [g, h] }).reached).toBe('removal')
  })

  it('no proxy at all is not settled', () => {
    expect(arrival(start, 60_000, { proxies: [] })).toMatchObject({
      reached: 'none',
      says: 'no proxy is connected that this route reaches',
    })
  })

  it('a disconnected one is missing, by name: tolerated for a shift after 30 s, never for a removal', () => {
    const gone = (at: number) => [look(at, { pushes: [6, 0.006], proxies: { [g]: { route: acked(6) } } })]
    expect(arrival([...start, gone(120)], 120, { proxies: [g, h] })).toMatchObject({
      reached: 'none',
      missing: [`${h} (not connected)`],
      says: '1 of 2 proxies, 1 not connected to istiod',
    })
    expect(arrival([...start, gone(120), gone(40_000)], 40_000, { proxies: [g, h] }).reached).toBe('shift')
    expect(arrival([...start, gone(120), gone(4_000_000)], 4_000_000, { proxies: [g, h] }).reached).toBe('shift')
  })

  it('one that has it and then disconnects is missing: it may come back with an older push', () => {
    const gone = (at: number) => [look(at, { pushes: [6, 0.006], proxies: { [g]: { route: acked(6) } } })]
    const rounds = [...start, both(120, 6, 6, 6)]
    expect(arrival(rounds, 120, { proxies: [g, h] }).reached).toBe('removal')
    expect(arrival([...rounds, gone(140)], 140, { proxies: [g, h] })).toMatchObject({
      reached: 'none',
      acknowledged: 1,
      missing: [`${h} (not connected)`],
    })
    const back = [...rounds, gone(140), both(160, 6, 6, 5)]
    expect(arrival(back, 160, { proxies: [g, h] }), 'back with an older push').toMatchObject({ reached: 'none', missing: [h] })
    expect(arrival([...back, both(180, 6, 6, 6)], 180, { proxies: [g, h] }).reached, 'and told the newer one').toBe('removal')
  })

  it('one that comes back between two looks has nothing until it has acknowledged on its new connection', () => {
    const rounds = [...start, both(120, 6, 6, 6)]
    const anew = (at: number, told: readonly [string, string]) => [
      look(at, { pushes: [6, 0.006], proxies: { [g]: { route: acked(6) }, [h]: { route: told } } }),
    ]
    const back = [...rounds, anew(140, [nonce(6, 3), ''])]
    expect(arrival(back, 140, { proxies: [g, h] })).toMatchObject({ reached: 'none', missing: [h] })
    expect(arrival([...back, anew(160, acked(6, 3))], 160, { proxies: [g, h] }).reached).toBe('removal')
  })

  it('one to which nothing was sent counts after a whole bound, and when its peers have it', () => {
    const rounds = (at: number, one: number) => [...start, both(10 + bound, 6, one, 5), both(at, 6, one, 5)]
    expect(arrival(rounds(11_200, 6), 11_200, { proxies: [g, h] }).reached).toBe('removal')
    const waiting = [...start, [look(11_200, { pushes: [6, 0.006], proxies: { [g]: { route: sent(6, 5) }, [h]: { route: acked(5) } } })]]
    expect(arrival(waiting, 11_200, { proxies: [g, h] }), 'its peer is still being told').toMatchObject({
      reached: 'none',
      acknowledged: 0,
      missing: [g, h],
    })
    expect(arrival(waiting, 40_000, { proxies: [g, h] }), 'its peer is stuck').toMatchObject({ reached: 'shift', missing: [g] })
  })

  it('one that has not asked for routes yet has none: that nothing is under way is no evidence before a whole bound', () => {
    const unasked = (at: number) => [look(at, { pushes: [5, 0.005], proxies: { [g]: { route: ['', ''] } } })]
    const rounds = [[look(10, { route: 2 })], unasked(12_000)]
    expect(arrival(rounds, 12_000).reached).toBe('none')
    expect(arrival([...rounds, unasked(12_000 + bound)], 12_000 + bound).reached).toBe('removal')
  })

  it('one that was never seen is missing too', () => {
    expect(arrival([...start, both(120, 6, 6, 6)], 120, { proxies: [g, h, 'gw-3.istio-system'] })).toMatchObject({
      reached: 'none',
      missing: ['gw-3.istio-system (not connected)'],
    })
  })
})

describe('several istiods', () => {
  const at = (time: number, istiod: string, push: number, proxies: string[]) =>
    look(time, {
      istiod,
      route: 2,
      pushes: [push, push / 1000],
      proxies: Object.fromEntries(proxies.map(id => [id, { route: acked(push) }])),
    })

  it('a proxy that moves to an istiod that has not read the change has lost it', () => {
    const settled = [...seen, [look(120, { pushes: [6, 1.002], proxies: { [g]: { route: acked(6) } } })]]
    const moved = [
      look(140, { proxies: {} }),
      look(140, { istiod: 'istiod-b', route: 1, pushes: [9, 0.1], proxies: { [g]: { route: acked(9) } } }),
    ]
    expect(arrival([...settled, moved], 140)).toMatchObject({ reached: 'none', says: '0 of 1 proxy, istiod has not read it yet' })
  })

  it('one that has not read it, and has no proxy, holds up a removal: a proxy may turn to it', () => {
    const all = [look(120, { pushes: [6, 1.002], proxies: { [g]: { route: acked(6) } } }), at(120, 'istiod-b', 8, [])]
    const behind = [look(115, { istiod: 'istiod-b', route: 1, proxies: {} })]
    expect(arrival([...seen, behind, all.slice(0, 1)], 120)).toMatchObject({
      reached: 'shift',
      says: '1 of 1 proxy, an istiod that they may turn to has not read it yet',
    })
    expect(arrival([...seen, behind, all], 120).reached).toBe('removal')
  })

  it('an address is known when all have it, and listed while one has it', () => {
    const [a, b] = ['10.0.0.1', '10.0.0.2']
    const told = (time: number, istiod: string, endpoints: readonly string[], push: number) =>
      look(time, { istiod, endpoints, proxies: istiod === 'istiod-a' ? { [g]: { endpoint: acked(push, time) } } : {} })
    const rounds = (of: number, behind: readonly string[]) => [
      [told(10, 'istiod-a', [a], 5), told(10, 'istiod-b', [a], 5)],
      [told(of, 'istiod-a', [b], 6), told(of, 'istiod-b', behind, 5)],
      [told(of + 20, 'istiod-a', [b], 7), told(of + 20, 'istiod-b', behind, 5)],
      [told(of + 40 + bound, 'istiod-a', [b], 8), told(of + 40 + bound, 'istiod-b', behind, 5)],
    ]
    const arrivals = (behind: readonly string[]) => {
      const { known, listed } = endpointArrivalOf(play(rounds(30, behind)), 'cart.shop', [shard(b)], { proxies: [g] })
      return { known, listed: listed.map(({ address }) => address).toSorted() }
    }

    expect(arrivals([a])).toEqual({ known: [], listed: [a, b] })
    expect(arrivals([b])).toEqual({ known: [b], listed: [b] })
  })

  it('a proxy that moves to an istiod that has it has it again when that pushes, or a bound later', () => {
    const home = [at(10, 'istiod-a', 5, [g]), at(10, 'istiod-b', 8, [])]
    const moved = (time: number, push: number) => [at(time, 'istiod-a', 5, []), at(time, 'istiod-b', push, [g])]
    expect(arrival([home, moved(40, 8)], 40).reached).toBe('none')
    expect(arrival([home, moved(40, 8), moved(60, 9)], 60).reached).toBe('removal')
    expect(arrival([home, moved(40, 8), moved(10 + bound, 8)], 10 + bound).reached).toBe('removal')
  })

  it('a connection that an istiod still lists, though the proxy has left it, does not count', () => {
    const home = [at(10, 'istiod-a', 5, [g]), at(10, 'istiod-b', 8, [])]
    const twice = (time: number, push: number) => [
      look(time, { pushes: [6, 0.006], proxies: { [g]: { route: sent(6, 5) } } }),
      at(time, 'istiod-b', push, [g]),
    ]
    const state = play([home, twice(40, 8), twice(60, 9), twice(80, 9)])
    expect(state.proxies.get(g)).toMatchObject({ istiod: 'istiod-b', connected: true })
    expect(arrivalOf(state, route, { proxies: [g] }, { now: 80, bound }).reached).toBe('removal')
  })

  it('an istiod that begins anew is no evidence for what was pushed before it', () => {
    const anew = [look(500, { pushes: [1, 0.01], proxies: { [g]: { route: [nonce(1, 3), nonce(1, 3)] } } })]
    const state = play([...seen, anew])
    expect(state.proxies.get(g)?.types.route.has).toBeLessThan(0)
  })

  it('with an istiod that is gone, its proxies are away until another lists them', () => {
    const state = play([[at(10, 'istiod-a', 5, []), at(10, 'istiod-b', 8, [g])], [at(30, 'istiod-a', 5, [])]], { present: ['istiod-a'] })
    expect(state.proxies.get(g)?.connected).toBe(false)
  })

  it('one that does not answer leaves its proxies as they were', () => {
    const state = play([[at(10, 'istiod-a', 5, []), at(10, 'istiod-b', 8, [g])], [at(30, 'istiod-a', 5, [])]])
    expect(state.proxies.get(g)?.connected).toBe(true)
  })
})

describe('a rule', () => {
  const told = (at: number, count: number, cluster: readonly [string, string], endpoint: readonly [string, string]) => [
    look(at, { pushes: [count, count / 1000], proxies: { [g]: { cluster, endpoint } } }),
  ]
  const start = [[look(10, { rule: 2 })], told(20, 5, acked(5), acked(5))]

  it('has arrived when clusters and endpoints of a push after the sight are acknowledged', () => {
    expect(arrival([...start, told(120, 6, acked(6), acked(5))], 120, { of: rule }).reached).toBe('none')
    expect(arrival([...start, told(120, 6, acked(6), acked(6))], 120, { of: rule }).reached).toBe('removal')
  })

  it('has not arrived while endpoints of a new cluster are on their way', () => {
    const asking = told(120, 6, acked(6), [nonce(6, 1), nonce(6)])
    expect(arrival([...start, asking], 120, { of: rule }).reached).toBe('none')
    expect(arrival([...start, asking, told(140, 6, acked(6), acked(6, 1))], 140, { of: rule }).reached).toBe('removal')
  })

  it('stays arrived while other endpoints come and go', () => {
    const after = [...start, told(120, 6, acked(6), acked(6)), told(140, 6, acked(6), [nonce(6, 1), nonce(6)])]
    expect(arrival(after, 140, { of: rule }).reached).toBe('removal')
  })
})

describe('refusals', () => {
  const words = 'WeightedClusters.clusters: value must contain at least 1 item'
  const refused = (at: number, count: number, push: number) => [
    look(at, { pushes: [count, count / 1000], proxies: { [g]: { route: [nonce(push), nonce(5), words] } } }),
  ]
  const start = [[look(10, { route: 2 })], [look(20, { pushes: [5, 0.005], proxies: { [g]: { route: acked(5) } } })]]

  it("are told with the proxy's own words", () => {
    expect(arrival([...start, refused(120, 6, 6)], 120)).toMatchObject({ reached: 'none', rejected: { proxy: g, words } })
    expect(rejectionsIn(play([...start, refused(120, 6, 6)]))).toEqual([{ proxy: g, type: 'route', words }])
  })

  it('of what was sent before our change are not held against it, unless they keep it away for a whole bound', () => {
    const before = [[look(0, { pushes: [5, 0.005], proxies: { [g]: { route: [nonce(5), nonce(4), words] } } })], [look(10, { route: 2 })]]
    const still = (at: number) => [look(at, { pushes: [5, 0.005], proxies: { [g]: { route: [nonce(5), nonce(4), words] } } })]
    expect(arrival([...before, still(20)], 20).rejected).toBeUndefined()
    expect(arrival([...before, still(20), still(11_200)], 11_200).rejected).toEqual({ proxy: g, words })
  })

  it('are over when the proxy accepts again', () => {
    const fine = [look(240, { pushes: [7, 0.007], proxies: { [g]: { route: acked(7) } } })]
    expect(arrival([...start, refused(120, 6, 6), fine], 240)).toMatchObject({ reached: 'removal' })
    expect(rejectionsIn(play([...start, refused(120, 6, 6), fine]))).toEqual([])
  })

  it('are only a silence before Istio 1.23', () => {
    const silent = (at: number) => [look(at, { pushes: [6, 0.006], tellsErrors: false, proxies: { [g]: { route: sent(6, 5) } } })]
    const known = [start[0] ?? [], [look(20, { pushes: [5, 0.005], tellsErrors: false, proxies: { [g]: { route: acked(5) } } })]]
    expect(arrival([...known, silent(120)], 120).rejected).toBeUndefined()
    expect(arrival([...known, silent(120), silent(30_200)], 30_200).rejected?.words).toContain('not acknowledged for 30 s')
  })

  it('are no tolerated straggler', () => {
    expect(arrival([...start, refused(120, 6, 6), refused(60_000, 6, 6)], 60_000).reached).toBe('none')
  })
})

describe('endpoints', () => {
  const a = '10.0.0.1'
  const b = '10.0.0.2'
  const told = (at: number, endpoints: string[], endpoint: readonly [string, string], count = 5) => [
    look(at, { pushes: [count, count / 1000], endpoints, proxies: { [g]: { endpoint } } }),
  ]
  const knows = (rounds: readonly IstiodLook[][], ready: string[], proxies = [g]) =>
    endpointArrivalOf(play(rounds, { ready }), 'cart.shop', ready.map(shard), { proxies })
  const addresses = (seenNow: ReturnType<typeof knows>) => seenNow.listed.map(({ address }) => address).sort()

  it('are known by another answer than before, even under the old number (Istio up to 1.29)', () => {
    const rounds = [
      told(10, [a], acked(5)),
      told(30, [a, b], acked(5)),
      told(60, [a, b], acked(5)),
      told(130, [a, b], [nonce(5, 1), nonce(5)]),
    ]
    expect(knows(rounds, [a, b]).known).toEqual([])
    expect(knows([...rounds, told(150, [a, b], acked(5, 1))], [a, b])).toMatchObject({ known: [a, b], complete: true })
  })

  it('are not known by an older answer that was under way when istiod read them', () => {
    const rounds = [told(10, [a], acked(5)), told(30, [a, b], [nonce(5, 1), nonce(5)]), told(60, [a, b], acked(5, 1))]
    expect(knows(rounds, [a, b]).known).toEqual([])
  })

  it('are known by a push that started after istiod read them', () => {
    const rounds = [told(10, [a, b], acked(5)), told(30, [a, b], acked(5)), told(120, [a, b], acked(6), 6)]
    expect(knows(rounds, [a, b])).toMatchObject({ known: [a, b], complete: true, says: '2 of 2 ready pods known to 1 proxy' })
  })

  it('must be known to every proxy', () => {
    const two = (at: number, one: readonly [string, string], other: readonly [string, string], count: number) => [
      look(at, { pushes: [count, count / 1000], endpoints: [a], proxies: { [g]: { endpoint: one }, [h]: { endpoint: other } } }),
    ]
    const rounds = [two(10, acked(5), acked(5), 5), two(30, acked(5), acked(5), 5), two(120, acked(6), sent(6, 5), 6)]
    expect(knows(rounds, [a], [g, h]).known).toEqual([])
    expect(knows(rounds, [a], [g]).known).toEqual([a])
  })

  it('that are gone stay listed until every proxy has acknowledged that', () => {
    const rounds = [
      told(10, [a, b], acked(5)),
      told(30, [a, b], acked(5)),
      told(120, [a, b], acked(6), 6),
      told(1000, [a], acked(6), 6),
      told(1030, [a], acked(6), 6),
    ]
    expect(addresses(knows(rounds, [a]))).toEqual([a, b])
    expect(addresses(knows([...rounds, told(1110, [a], [nonce(6, 1), nonce(6)], 6)], [a]))).toEqual([a, b])
    expect(addresses(knows([...rounds, told(1110, [a], [nonce(6, 1), nonce(6)], 6), told(1130, [a], acked(6, 1), 6)], [a]))).toEqual([a])
  })

  it('that only a proxy without its istiod may list are told apart once a shift would not wait for it any more; it is never forgiven a removal', () => {
    const both = (at: number, endpoints: string[], names: readonly string[], push: number) => [
      look(at, {
        pushes: [push, push / 1000],
        endpoints,
        proxies: Object.fromEntries(names.map(name => [name, { endpoint: acked(push) }])),
      }),
    ]
    const away = (at: number, push: number) => both(at, [a], [g], push)
    const rounds = [both(10, [a, b], [g, h], 5), both(30, [a, b], [g, h], 5), both(120, [a, b], [g, h], 6), away(1000, 6), away(1200, 7)]
    const listed = (...more: readonly IstiodLook[][]) => knows([...rounds, ...more], [a], [g, h]).listed.find(each => each.address === b)

    expect(listed()).toEqual(shard(b))
    expect(listed(away(30_900, 7))).toEqual(shard(b))
    expect(listed(away(31_000, 7))).toEqual({ ...shard(b), onlyCutOff: true })
    const proxyBehind = (...more: readonly IstiodLook[][]) => play([...rounds, ...more], { ready: [a] }).proxies.get(h)
    expect(proxyBehind(away(31_000, 7))?.away).toBe(1000)
    expect(proxyBehind(away(31_000, 7), both(31_100, [a], [g, h], 7))).not.toHaveProperty('away')
  })

  it('that were ready between two looks are listed, though istiod never showed them', () => {
    const first = play([told(10, [a], acked(5))], { ready: [a, b] })
    const later = play([told(40, [a], acked(5))], { ready: [a] }, first)
    const seenNow = endpointArrivalOf(later, 'cart.shop', [shard(a)], { proxies: [g] })
    expect(addresses(seenNow)).toEqual([a, b])
  })

  it('that an istiod never showed are listed for a whole bound after they were ready: it may lag behind', () => {
    const first = play([told(10, [a], acked(5))], { ready: [a, b] })
    const listedAt = (at: number) => {
      const rounds = [told(40, [a], acked(5)), told(at, [a], acked(6), 6), told(at + 20, [a], acked(6), 6), told(at + 40, [a], acked(7), 7)]
      return addresses(endpointArrivalOf(play(rounds, { ready: [a] }, first), 'cart.shop', [shard(a)], { proxies: [g] }))
    }
    expect(listedAt(bound - 20)).toEqual([a, b])
    expect(listedAt(10 + bound)).toEqual([a])
  })

  it('are complete only when a proxy has the index as it was read first, or later', () => {
    const rounds = [told(10, [a], acked(5)), told(30, [a], acked(5))]
    expect(knows(rounds, [a]).complete).toBe(false)
    expect(knows([...rounds, told(10 + bound, [a], acked(5))], [a]).complete).toBe(true)
  })

  it('are unknown without a proxy', () => {
    expect(knows([told(10, [a], acked(5))], [a], [])).toMatchObject({ known: [], complete: false })
  })
})
