import { describe, expect, it } from 'vitest'
import type { Sidecar, SidecarEgress, VirtualService } from '../objects.ts'
import type { RouteClient } from './routes.ts'
import { scopeOf, sidecarOf } from './sidecar-scope.ts'

const sidecar = (name: string, egress: readonly SidecarEgress[], more: object = {}, labels?: Record<string, string>): Sidecar => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'Sidecar',
  metadata: { name, namespace: 'shop', ...more },
  spec: { egress, ...(labels ? { workloadSelector: { labels } } : {}) },
})
const client = (labels: Readonly<Record<string, string>> = {}, port = 80): RouteClient => ({
  gateways: ['mesh'],
  namespace: 'shop',
  labels,
  port,
})
const route = (host: string, namespace = 'shop'): VirtualService => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'cart', namespace },
  spec: { hosts: [host] },
})

describe('the Sidecar that counts', () => {
  const everyone = sidecar('everyone', [], { creationTimestamp: '2026-01-02T00:00:00Z' })
  const older = sidecar('older', [], { creationTimestamp: '2026-01-01T00:00:00Z' })
  const front = sidecar('front', [], {}, { app: 'front' })
  const root = sidecar('root', [], { namespace: 'istio-system' })
  const elsewhere = sidecar('elsewhere', [], { namespace: 'pay' })

  it('selects the client, else is its namespace’s oldest, else the root namespace’s', () => {
    const name = (all: readonly Sidecar[], labels = {}) => sidecarOf(all, client(labels))?.metadata.name
    const all = [elsewhere, root, everyone, older, front]
    expect(name(all, { app: 'front', version: '1' })).toBe('front')
    expect(name(all, { app: 'back' })).toBe('older')
    expect(name([elsewhere, root, front])).toBe('root')
    expect(name([elsewhere, front])).toBeUndefined()
  })
})

describe('what it imports', () => {
  const knows = (egress: readonly SidecarEgress[], port = 80) => scopeOf(sidecar('one', egress), client({}, port), 'cluster.local')
  const service = (host: string, namespace?: string) => ({ host, ports: [80], ...(namespace === undefined ? {} : { namespace }) })

  it('names namespaces: its own by a dot, all by a star, none by a tilde', () => {
    const cart = service('cart.shop.svc.cluster.local')
    const pay = service('pay.pay.svc.cluster.local')
    const both = (hosts: readonly string[]) => [cart, pay].map(one => knows([{ hosts }]).hasService(one))
    expect(both(['./*'])).toEqual([true, false])
    expect(both(['pay/*'])).toEqual([false, true])
    expect(both(['*/*.svc.cluster.local'])).toEqual([true, true])
    expect(both(['~/*'])).toEqual([false, false])
    expect([cart, pay].map(one => knows([]).hasService(one))).toEqual([true, true])
  })

  it('takes a route by a host that overlaps, of a namespace that is named; short names are expanded first', () => {
    const { hasRoute } = knows([{ hosts: ['shop/cart.shop.svc.cluster.local'] }])
    expect([route('cart'), route('*.shop.svc.cluster.local'), route('other'), route('cart.shop', 'pay')].map(hasRoute)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it('of entries with ports the one for the client’s counts alone', () => {
    const egress = [{ port: { number: 8080 }, hosts: ['pay/*'] }, { hosts: ['./*'] }]
    const cart = service('cart.shop.svc.cluster.local')
    expect(knows(egress, 80).hasService(cart)).toBe(true)
    expect(knows(egress, 8080).hasService(cart)).toBe(false)
    expect(knows([{ port: { number: 8080 }, hosts: ['*/*'] }], 80).hasService(cart)).toBe(false)
  })

  it('knows where a ServiceEntry is', () => {
    expect(knows([{ hosts: ['./*'] }]).hasService(service('api.acme.test', 'shop'))).toBe(true)
    expect(knows([{ hosts: ['./*'] }]).hasService(service('api.acme.test', 'pay'))).toBe(false)
  })
})
