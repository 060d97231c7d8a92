import { describe, expect, it } from 'vitest'
import { against, facts, object, route, said, unseen } from './cart-facts.contract.ts'

const older = { creationTimestamp: '2026-01-01T00:00:00Z' }
const entry = (more: object = {}): object => ({ route: [{ destination: { host: 'other' } }], ...more })
const shop = (http: readonly object[], gateways: readonly string[], more: object = {}): ReturnType<typeof object> =>
  object('VirtualService', 'shop', { hosts: ['test.com'], gateways, http }, more)
const beside = (other: ReturnType<typeof object>): ReturnType<typeof facts> => facts({}, { virtualServices: { items: [route, other] } })
const inMesh = object('VirtualService', 'cart', { ...(route.spec as object), gateways: ['mesh'], hosts: ['cart-svc'] })

describe('another route for the host', () => {
  it('is a warning at a gateway, where entries are put together', () => {
    expect(said('route', beside(shop([entry({ match: [{ uri: { prefix: '/a' } }] })], ['web'], older)))).toEqual(['warn HOST-CLAIMED'])
    expect(said('route', beside(shop([entry()], ['web'])))).toEqual(['warn HOST-CLAIMED'])
  })

  it('refuses where it is older and takes every path', () => {
    const found = against('route', beside(shop([entry()], ['web'], older)))
    expect(found).toMatchObject([
      { level: 'refuse', code: 'SL-PREFLIGHT-HOST-TAKEN', message: expect.stringContaining('gateway shop/web') },
    ])
  })

  it('leaves ours in front where ours takes some paths only', () => {
    const http = [{ match: [{ uri: { prefix: '/cart' } }], route: [{ destination: { host: 'cart-svc' } }] }]
    const some = object('VirtualService', 'cart', { ...(route.spec as object), http })
    const other = shop([entry()], ['web'], older)
    expect(said('route', facts({ routes: [some] }, { virtualServices: { items: [some, other] } }))).toEqual(['warn HOST-CLAIMED'])
  })

  it('is nothing at another gateway', () => {
    expect(said('route', beside(shop([entry()], ['inner'], older)))).toEqual([])
  })

  it('takes the whole host in the mesh where it is older', () => {
    const other = object('VirtualService', 'old', { hosts: ['cart-svc'], http: [entry({ match: [{ uri: { prefix: '/a' } }] })] }, older)
    expect(said('route', facts({ routes: [inMesh] }, { virtualServices: { items: [inMesh, other] } }))).toEqual(['refuse HOST-TAKEN'])
  })
})

it('refuses an HTTPRoute of the mesh beside a VirtualService for the same host', () => {
  const parents = (name: string): ReturnType<typeof object> =>
    object('HTTPRoute', 'cart', { parentRefs: [{ kind: 'Service', group: '', name }], rules: [] })
  const with_ = (name: string): ReturnType<typeof facts> => facts({ routes: [inMesh] }, { httpRoutes: { items: [parents(name)] } })

  expect(said('route', with_('cart-svc'))).toEqual(['refuse ROUTERS-MIXED'])
  expect(said('route', with_('other'))).toEqual([])
  expect(said('route', facts({}, { httpRoutes: { items: [parents('cart-svc')] } }))).toEqual([])
})

it('refuses a managed entry behind one that takes every request', () => {
  const http = [
    { name: 'all', ...entry() },
    { name: 'ours', route: [{ destination: { host: 'cart-svc' } }] },
  ]
  const hidden = object('VirtualService', 'cart', { ...(route.spec as object), http })

  expect(against('route', facts({ routes: [hidden], entries: ['ours'] }))).toMatchObject([
    { level: 'refuse', message: 'VirtualService shop/cart: entry all takes every request before the managed entry ours is asked.' },
  ])
  expect(said('route', facts({ routes: [hidden], entries: ['all'] }))).toEqual([])
})

describe('a proxy that refuses its configuration already', () => {
  const words = 'WeightedClusters.clusters: value must contain at least 1 item'
  const rejections = (proxy: string) => [{ proxy, type: 'route', words }]

  it('refuses the run where a managed route leads through it: nothing would arrive there', () => {
    const found = against('route', facts({}, { rejections: rejections('gateway-1.istio-system') }))
    expect(found).toMatchObject([{ level: 'refuse', code: 'SL-PREFLIGHT-REJECTED-ALREADY', message: expect.stringContaining(words) }])
  })

  it('is told where it is of listeners: no split travels by them', () => {
    const listener = [{ proxy: 'gateway-1.istio-system', type: 'listener', words }]
    expect(against('route', facts({}, { rejections: listener }))[0]?.message).toContain('(no split travels by it)')
  })

  it('is told where no managed route leads', () => {
    expect(said('route', facts({}, { rejections: rejections('sidecar.elsewhere') }))).toEqual(['warn REJECTED-ELSEWHERE'])
  })

  it('counts as on the way where the gateways cannot be seen, or the mesh is', () => {
    const all = rejections('sidecar.elsewhere')
    expect(said('route', facts({}, { rejections: all, gatewayPods: unseen() }))).toEqual(['refuse REJECTED-ALREADY'])
    expect(said('route', facts({ routes: [inMesh] }, { rejections: all }))).toEqual(['refuse REJECTED-ALREADY'])
  })
})

it.each<[string, readonly string[] | undefined, readonly string[], readonly string[]]>([
  ['to everybody', undefined, ['web'], []],
  ['to everybody by a star', ['*'], ['web'], []],
  ['to their namespace', ['istio-system'], ['web'], []],
  ['to its own namespace only', ['.'], ['web'], ['refuse ROUTE-NOT-EXPORTED']],
  ['to its own namespace only, and leads callers in the mesh', ['.'], ['mesh'], []],
])('refuses a route that the gateways do not see: one that is exported %s', (_, exportTo, gateways, findings) => {
  const mine = object('VirtualService', 'cart', { ...(route.spec as object), gateways, ...(exportTo ? { exportTo } : {}) })
  expect(said('route', facts({ routes: [mine] }))).toEqual(findings)
})
