// What a route may hold beside plain HTTP entries: connections that are not requests, requests under way, requests that are told apart.
import { describe, expect, it } from 'vitest'
import type { Json } from '#base/index.ts'
import type { Goal } from '#model/release/index.ts'
import { pinned, prepared, promoted, split, wholeCanary } from './goals.ts'
import { at, atRest, begin, clean, inShop, openCart, verdict, virtualServices, withSpec } from './story.ts'

const destination: Json = { host: 'cart-svc' }
const ours: Json = [{ route: [{ destination }] }]
const tls: Json = [{ match: [{ port: 3000, sniHosts: ['test.com'] }], route: [{ destination }] }]
const tcp = (port: number): Json => [{ match: [{ port }], route: [{ destination }] }]

describe('connections are not requests: an entry of them cannot be promised anything, so nothing is written', () => {
  it.each([
    ['argo 2: HTTP and TLS in one VirtualService', { http: ours, tls }, 'tls'],
    ['argo 3: TLS alone', { http: [], tls }, 'tls'],
    ['argo 4: TCP beside HTTP', { http: ours, tcp: tcp(5432) }, 'tcp'],
  ])('%s', async (_, spec, protocol) => {
    const world = await openCart()
    const before = atRest(world)

    const look = world.inspect(world.release('2.0.0', 'k3f9', {}, withSpec('VirtualService', spec)))

    await expect(look).rejects.toMatchObject({
      code: 'SL-TRAFFIC-OTHER-PROTOCOL',
      message: `VirtualService shop/cart-virtualservice: has ${protocol} routes, which are split per connection and not per request`,
      todo: expect.stringContaining('a VirtualService of their own'),
    })
    expect(atRest(world)).toBe(before)
  })
})

describe('row 26: answers that take long', () => {
  /** Lost requests of a release whose old pods take so long for an answer, and stop at once. */
  async function lostWith(latency: number, drain: number): Promise<number> {
    const { world, reach } = await begin({ gap: 50, more: { drain } })
    world.sandbox.switches.pods({ version: '1.0.0' }, { latency })
    await world.clock.advance(5000)
    await reach(pinned, prepared(), split(50), promoted)
    return (await verdict(world)).lost
  }

  it('are waited for by the drain; those that outlive it are cut, and counted as lost', async () => {
    expect(await lostWith(3000, 5000)).toBe(0)
    expect(await lostWith(3000, 500)).toBeGreaterThan(0)
  })
})

const beta: Goal = { to: 'headerRoute', name: 'beta', match: [{ headers: { 'x-beta': { exact: 'yes' } } }], fixed: false }

describe('requests that are told apart by a header', () => {
  it('argo 13: are treated as the entry that they come from says: rewrite, timeout, retries and CORS policy', async () => {
    const settings: Readonly<Record<string, Json>> = {
      rewrite: { uri: '/' },
      timeout: '4s',
      retries: { attempts: 2, perTryTimeout: '1s' },
      corsPolicy: { allowOrigins: [{ exact: 'https://test.com' }], allowMethods: ['GET'] },
    }
    const { world, reach } = await begin({ change: withSpec('VirtualService', { http: [{ ...settings, route: [{ destination }] }] }) })

    await reach(pinned, prepared(), beta, split(20))

    const http = at(world.sandbox.apiServer.objects.get(virtualServices, inShop('cart-virtualservice')), 'http') as Record<string, Json>[]
    expect(http).toHaveLength(2)
    for (const entry of http) expect(entry).toMatchObject(settings)
    expect(await verdict(world)).toEqual(clean)
  })

  it('argo 17: two entries without names: each has its own before it, however often it is looked at, and two are left', async () => {
    const two: Json = [{ match: [{ uri: { prefix: '/api' } }], route: [{ destination }] }, { route: [{ destination }] }]
    const { world, reach } = await begin({ change: withSpec('VirtualService', { http: two }), more: { routes: 'all' } })
    const store = world.sandbox.apiServer.objects
    const count = (): number => (at(store.get(virtualServices, inShop('cart-virtualservice')), 'http') as Json[]).length

    await reach(pinned, prepared(), beta)
    const first = count()
    await reach(beta, split(20), beta, split(40))
    const again = count()
    await reach(...wholeCanary.slice(4))

    expect([first, again, count()]).toEqual([4, 4, 2])
    expect(await verdict(world)).toEqual(clean)
  })
})
