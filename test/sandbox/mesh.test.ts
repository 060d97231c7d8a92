import { afterEach, describe, expect, it } from 'vitest'
import { destinationRule, openShop, share, verdict, virtualService, type Row, type Shop } from './shop.ts'

const opened: Shop[] = []
afterEach(() => opened.splice(0).forEach(shop => shop.stop()))

async function open(options: Parameters<typeof openShop>[0] = {}): Promise<Shop> {
  const shop = await openShop({ versions: ['1', '2'], ...options })
  opened.push(shop)
  return shop
}

/** A shop whose route has these rows, settled. */
async function routed(rows: readonly Row[], options: Parameters<typeof openShop>[0] = {}): Promise<Shop> {
  const shop = await open(options)
  shop.apply(destinationRule(['1', '2']))
  shop.apply(virtualService(rows))
  await shop.clock.advance(1000)
  return shop
}

describe('the first table of facts/measured.md, row by row', () => {
  for (const [after, least, most] of [
    [100, 93, 120],
    [3000, 2990, 3300],
  ] as const)
    it(`a write reaches the gateway one debounce (${after} ms) later: the last request on the old split, the first on the new`, async () => {
      const shop = await routed([{ subset: 'v1' }], { mesh: { debounce: { after } } })
      await shop.clock.advance(10_000)
      const written = shop.clock.now()
      shop.apply(virtualService([{ subset: 'v2' }]))
      let last = 0
      while (verdict(await shop.send()) === 'v1') {
        last = shop.clock.now() - written
        await shop.clock.advance(1)
      }
      expect(last).toBeGreaterThanOrEqual(least)
      expect(shop.clock.now() - written).toBeLessThanOrEqual(most)
    })

  for (const [first, second, expected] of [
    [1, 1, 50],
    [7, 3, 70],
  ] as const)
    it(`weights ${first} and ${second}: shares ${expected}/${100 - expected}, weights are relative`, async () => {
      const shop = await routed([
        { subset: 'v1', weight: first },
        { subset: 'v2', weight: second },
      ])
      const tally = await shop.load(4000, 0)
      expect(share(tally, 'v1')).toBeGreaterThan(expected - 4)
      expect(share(tally, 'v1')).toBeLessThan(expected + 4)
      expect(Object.keys(tally).toSorted()).toEqual(['v1', 'v2'])
    })

  it('one destination with weight 0 alone in its route: 100 %', async () => {
    const shop = await routed([{ subset: 'v1', weight: 0 }])
    expect(await shop.load(200, 0)).toEqual({ v1: 200 })
  })

  it('one destination with a weight, one without: the one without gets 0', async () => {
    const shop = await routed([{ subset: 'v1', weight: 10 }, { subset: 'v2' }])
    expect(await shop.load(500, 0)).toEqual({ v1: 500 })
  })

  for (const [what, rows] of [
    [
      'all weights 0',
      [
        { subset: 'v1', weight: 0 },
        { subset: 'v2', weight: 0 },
      ],
    ],
    ['two destinations without weight', [{ subset: 'v1' }, { subset: 'v2' }]],
  ] as const)
    it(`${what}: accepted by the API server, refused by the proxy; the former split stays in force, silently`, async () => {
      const shop = await routed(
        [
          { subset: 'v1', weight: 30 },
          { subset: 'v2', weight: 70 },
        ],
        { webhook: false },
      )
      shop.apply(virtualService(rows))
      await shop.clock.advance(1000)
      const tally = await shop.load(2000, 0)
      expect(share(tally, 'v2')).toBeGreaterThan(65)
      expect(share(tally, 'v2')).toBeLessThan(75)
      expect(share(tally, 'v1') + share(tally, 'v2')).toBe(100)
    })

  it('the same destination twice, 30 and 70: works, 100 % to it', async () => {
    const shop = await routed([
      { subset: 'v1', weight: 30 },
      { subset: 'v1', weight: 70 },
    ])
    expect(await shop.load(200, 0)).toEqual({ v1: 200 })
  })

  it('a subset removed from the DestinationRule while it has weight: exactly its share answers 503 with an empty body', async () => {
    const shop = await routed([
      { subset: 'v1', weight: 60 },
      { subset: 'v2', weight: 40 },
    ])
    shop.apply(destinationRule(['1']))
    await shop.clock.advance(1000)
    const tally = await shop.load(4000, 0)
    expect(share(tally, '503 NC')).toBeGreaterThan(36)
    expect(share(tally, '503 NC')).toBeLessThan(44)
    expect(Object.keys(tally).toSorted()).toEqual(['503 NC', 'v1'])
    const bodies = new Set<string>()
    for (let n = 0; n < 50; n++) {
      const { answer, flags } = await shop.send()
      if (flags === 'NC') bodies.add(String(answer.body))
    }
    expect([...bodies]).toEqual([''])
  })

  it('a subset that is scaled to 0: its share answers 503 "no healthy upstream", the other destination does not stand in', async () => {
    const shop = await routed([
      { subset: 'v1', weight: 50 },
      { subset: 'v2', weight: 50 },
    ])
    shop.scale('cart-v2', 0)
    await shop.clock.advance(3000)
    const tally = await shop.load(4000, 0)
    expect(share(tally, '503 UH')).toBeGreaterThan(46)
    expect(share(tally, '503 UH')).toBeLessThan(54)
    expect(Object.keys(tally).toSorted()).toEqual(['503 UH', 'v1'])
    let body = ''
    while (!body) {
      const { answer, flags } = await shop.send()
      if (flags === 'UH') body = String(answer.body)
    }
    expect(body).toBe('no healthy upstream')
  })

  it('the DestinationRule deleted: every subset route answers 503', async () => {
    const shop = await routed([
      { subset: 'v1', weight: 50 },
      { subset: 'v2', weight: 50 },
    ])
    shop.remove('DestinationRule', 'cart')
    await shop.clock.advance(1000)
    expect(await shop.load(200, 0)).toEqual({ '503 NC': 200 })
  })

  it('an unknown subset and an unknown host: their share answers 503 with an empty body', async () => {
    const shop = await routed([
      { subset: 'v1', weight: 50 },
      { subset: 'v9', weight: 25 },
      { host: 'nobody', weight: 25 },
    ])
    const tally = await shop.load(4000, 0)
    expect(share(tally, '503 NC')).toBeGreaterThan(46)
    expect(share(tally, '503 NC')).toBeLessThan(54)
    expect(share(tally, '503 NC') + share(tally, 'v1')).toBe(100)
  })

  it('the VirtualService first, the subset 400 ms later: 503 for the share in between', async () => {
    const shop = await open()
    shop.apply(destinationRule(['1']))
    shop.apply(
      virtualService([
        { subset: 'v1', weight: 50 },
        { subset: 'v2', weight: 50 },
      ]),
    )
    shop.clock.after(400, () => void shop.apply(destinationRule(['1', '2'])))
    await shop.clock.advance(150)
    const tally = await shop.load(1000)
    expect(tally['503 NC']).toBeGreaterThan(120)
    expect(tally['503 NC']).toBeLessThan(250)
  })

  it('the DestinationRule first, the VirtualService 1 s later: none lost', async () => {
    const shop = await open()
    shop.apply(destinationRule(['1']))
    shop.apply(virtualService([{ subset: 'v1' }]))
    await shop.clock.advance(1000)
    shop.apply(destinationRule(['1', '2']))
    shop.clock.after(
      1000,
      () =>
        void shop.apply(
          virtualService([
            { subset: 'v1', weight: 50 },
            { subset: 'v2', weight: 50 },
          ]),
        ),
    )
    const tally = await shop.load(3000)
    expect(Object.keys(tally).toSorted()).toEqual(['v1', 'v2'])
  })

  it('a second VirtualService for the same host and gateway: a catch-all in the older one hides it', async () => {
    const shop = await routed([{ subset: 'v1' }])
    await shop.clock.advance(1000)
    shop.apply(virtualService([{ subset: 'v2' }], 'a-newer-one'))
    shop.apply(virtualService([{ subset: 'v2' }], 'with-a-path', { match: [{ uri: { prefix: '/special' } }] }))
    await shop.clock.advance(1000)
    expect(await shop.load(100, 0)).toEqual({ v1: 100 })
    // Catch-alls go behind all other routes, wherever they come from.
    expect(verdict(await shop.send('/special'))).toBe('v2')
  })

  it("Istio's retries hide pods that stop without warning while replicas are left in the same subset, and not a subset without endpoints", async () => {
    const shop = await routed([{ subset: 'v1' }], { replicas: 4, mesh: { debounce: { after: 3000 } }, pods: { latency: 5 } })
    await shop.clock.advance(4000)
    shop.clock.after(500, () => shop.scale('cart-v1', 3))
    expect(await shop.load(1000, 3)).toEqual({ v1: 1000 })
    shop.scale('cart-v1', 0)
    const tally = await shop.load(600, 3)
    expect(Object.keys(tally)).toContain('503 UF,URX')
  })
})
