// A VirtualService has TLS or TCP routes, alone or beside HTTP. There a proxy picks a destination for a connection, which may last
// for days: 10 % of connections are not 10 % of requests, and drain and counting promise nothing. Sluice refuses before it writes
// anything, and says to give such routes a VirtualService of their own.
import { describe, expect, it } from 'vitest'
import type { Json } from '#base/index.ts'
import { atRest, openCart, withSpec } from '../story.ts'

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
