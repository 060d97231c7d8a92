import { describe, expect, it } from 'vitest'
import { against, facts, fine, object, route, said } from './cart-facts.contract.ts'

const inMesh = object('VirtualService', 'cart', { ...(route.spec as object), gateways: ['web', 'mesh'], hosts: ['test.com', 'cart-svc'] })
const to = (host: string): object => ({ route: [{ destination: { host } }] })
const ways = (...change: Parameters<typeof facts>): string => against('otherWays', facts(...change))[0]?.message ?? 'none'
const led = { routes: [inMesh] }

describe('ways past the managed route', () => {
  it('lead callers inside the mesh where the route is bound to gateways only', () => {
    expect(ways()).toContain('callers inside the mesh')
    expect(said('otherWays', facts(led))).toEqual([])
    expect(fine('otherWays', facts(led))).toEqual(['none is seen past the managed route'])
  })

  it('are closed for all by the one of several managed routes that is bound to the mesh', () => {
    const second = { ...inMesh, metadata: { ...inMesh.metadata, name: 'cart-mesh' } }
    expect(said('otherWays', facts({ routes: [route, second] }))).toEqual([])
  })

  it('are entries and mirrors of others that name the Service without a subset', () => {
    const other = object('VirtualService', 'api', {
      hosts: ['api.test'],
      gateways: ['web'],
      http: [
        { name: 'all', ...to('cart-svc') },
        { ...to('x'), mirror: { host: 'cart-svc.shop.svc.cluster.local' } },
      ],
    })
    const found = ways(led, { virtualServices: { items: [inMesh, other] } })
    expect(found).toContain('entry all of VirtualService shop/api and the mirror in entry #1 of VirtualService shop/api')
  })

  it('are HTTPRoutes, ports on every node, and other Services in front of the pods', () => {
    const backend = { name: 'cart-svc', port: 80 }
    const httpRoute = object('HTTPRoute', 'front', { rules: [{ backendRefs: [backend] }] })
    const elsewhere = object('HTTPRoute', 'far', { rules: [{ backendRefs: [backend] }] }, { namespace: 'other' })
    expect(ways(led, { httpRoutes: { items: [httpRoute, elsewhere] } })).toContain('by HTTPRoute shop/front:')

    const service = object('Service', 'cart-svc', { selector: { app: 'cart' }, type: 'NodePort' })
    expect(ways({ ...led, service })).toContain('by its own NodePort:')

    const other = object('Service', 'cart-admin', { selector: { app: 'cart' } })
    const without = object('Service', 'external', {})
    const old = object('Service', 'old', { selector: { app: 'old' } })
    expect(ways({ ...led, services: [other, without, old] })).toContain('by Service shop/cart-admin:')
  })

  it('are warned of where they are accepted, refused where they are not', () => {
    expect(said('otherWays', facts({ bypass: 'accept' }))).toEqual(['warn BYPASSED'])
    expect(said('otherWays', facts({ bypass: 'refuse' }))).toEqual(['refuse BYPASSED'])
    expect(against('otherWays', facts({ bypass: 'refuse' }))[0]?.todo).toBe(
      'Add the gateway mesh to VirtualService shop/cart, or state bypass: accept in the Environment.',
    )
  })

  it('do not matter where one version serves', () => {
    expect(against('otherWays', facts({ first: true, bypass: 'refuse' }))).toEqual([])
  })

  it('lead to stable alone where the canary has a Service of its own, but for Services that select its pods all the same', () => {
    const isolated = { service: 'cart-svc-canary', kept: false, label: { key: 'app', canary: 'cart-canary' } }
    const by = (name: string, selector: object) => object('Service', name, { selector })
    const services = [
      by('old', { app: 'cart' }),
      by('cart-svc-canary', { app: 'cart-canary' }),
      by('all', { 'sluice.dev/track': 'canary' }),
    ]

    expect(fine('otherWays', facts({ isolated }))).toEqual([
      'the canary has a Service of its own: who passes the route by gets stable alone',
    ])
    expect(ways({ isolated, services })).toContain('past the managed route by Service shop/all:')
  })
})
