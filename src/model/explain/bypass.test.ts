import { describe, expect, it } from 'vitest'
import { BypassReport, bypassedServices, bypassReport } from './bypass.ts'
import type { RoutingFacts } from './facts.ts'
import { facts, object, pod, split, to, virtualService } from './shop-facts.contract.ts'

const managed = { annotations: { 'sluice.dev/managed': 'true' } }
const route = virtualService([split], {}, managed)

const report = (seen: RoutingFacts): BypassReport =>
  BypassReport.parse(bypassReport(bypassedServices(seen, 'shop', undefined), 'shop', seen))
const ways = (seen: RoutingFacts): readonly string[] =>
  report(seen).services.flatMap(service => service.ways.map(({ is, says, gets }) => `${is}: ${says}: ${gets}`))

describe('the ways past a managed route', () => {
  it('are told with what callers get there now, by ready pods', () => {
    const other = object('VirtualService', 'api', { hosts: ['api.test'], gateways: ['public'], http: [{ name: 'all', route: [to()] }] })
    const second = object('Service', 'cart-direct', { selector: { app: 'cart', track: 'stable' }, ports: [{ port: 80 }] })
    const front = object('Service', 'every', { selector: { app: 'cart' }, ports: [{ port: 80 }] })
    const seen = facts({ virtualServices: [route, other], services: [...facts().services.items, second, front] })
    expect(ways(seen)).toEqual([
      'mesh: callers inside the mesh (the route is bound to gateways only): 75 % 1, 25 % 2',
      'entry: entry all of VirtualService shop/api: 75 % 1, 25 % 2',
      'service: Service shop/cart-direct: 100 % 1',
      'service: Service shop/every: 75 % 1, 25 % 2',
    ])
    expect(report(seen).services[0]).toMatchObject({
      service: 'Service shop/cart',
      routes: [{ route: 'VirtualService shop/cart', at: ['Gateway shop/public'] }],
    })
  })

  it('are none where the route is bound to the mesh too', () => {
    const both = virtualService([split], { hosts: ['shop.test', 'cart'], gateways: ['public', 'mesh'] }, managed)
    expect(ways(facts({ virtualServices: [both] }))).toEqual([])
  })

  it('lead to 503 where no pod is ready', () => {
    const pods = [pod('cart-a', { app: 'cart' }, { ready: false })]
    expect(ways(facts({ virtualServices: [route], pods }))).toEqual([
      'mesh: callers inside the mesh (the route is bound to gateways only): 503: no pod is ready',
    ])
  })

  it('may lead through what could not be seen', () => {
    const seen = { ...facts({ virtualServices: [route] }), httpRoutes: { items: [], unseen: 'no right to list them' } }
    expect(report(seen).unseen).toEqual([{ what: 'HTTPRoutes', why: 'no right to list them' }])
  })

  it('are asked of a Service that is there, and that a managed route leads to', () => {
    expect(() => bypassedServices(facts(), 'shop', 'gone')).toThrow('Service shop/gone: is not there.')
    expect(() => bypassedServices(facts(), 'shop', 'cart')).toThrow('Namespace shop: no managed route leads to Service cart.')
  })
})
