import { describe, expect, it } from 'vitest'
import { bypasses, claimsOnHosts } from './claims.ts'
import { effectiveRule } from './effective-rule.ts'
import type { DestinationRule, HttpRoute, VirtualService } from './objects.ts'
import { missingSubsets } from './guards.ts'
import { hidingEntry, routeRemarks } from './remarks.ts'

const rule = (
  name: string,
  namespace: string,
  spec: Partial<DestinationRule['spec']>,
  creationTimestamp = '2026-01-01T00:00:00Z',
): DestinationRule => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name, namespace, creationTimestamp },
  spec: { host: 'cart.shop.svc.cluster.local', ...spec },
})
const virtualService = (
  name: string,
  spec: Partial<VirtualService['spec']>,
  creationTimestamp = '2026-01-01T00:00:00Z',
): VirtualService => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name, namespace: 'shop', creationTimestamp },
  spec: { hosts: ['shop.test'], gateways: ['web'], ...spec },
})
const to = (host: string, subset?: string): HttpRoute => ({ route: [{ destination: { host, ...(subset ? { subset } : {}) } }] })

describe('the rule that a client uses', () => {
  const full = 'cart.shop.svc.cluster.local'
  const names = (...of: string[]) => of.map(name => ({ name }))
  const used = (client: string, rules: readonly DestinationRule[], labels = {}): unknown => {
    const found = effectiveRule(full, { namespace: client, labels }, rules)
    return found && [found.from, found.subsets.map(({ name }) => name)]
  }

  it('is beside the client, else beside the host, else in the root; never elsewhere', () => {
    const own = rule('own', 'front', { subsets: names('a') })
    const beside = rule('beside', 'shop', { host: 'cart', subsets: names('b') })
    const root = rule('root', 'istio-system', { host: '*.svc.cluster.local' })
    const strange = rule('strange', 'back', { subsets: names('c') })
    expect(used('front', [beside, root, own, strange])).toEqual([['front/own'], ['a']])
    expect(used('other', [beside, root, own, strange])).toEqual([['shop/beside'], ['b']])
    expect(used('other', [root, own, strange])).toEqual([['istio-system/root'], []])
    expect(used('other', [own, strange])).toBeUndefined()
    expect(used('istio-system', [beside, root])).toEqual([['shop/beside'], ['b']])
  })

  it('is merged of all for the same host, oldest first; one for a wildcard is hidden by one for the host', () => {
    const older = rule('z', 'shop', { subsets: [{ name: 'a', labels: { v: '1' } }] }, '2026-01-01T00:00:00Z')
    const newer = rule(
      'a',
      'shop',
      { host: 'cart', subsets: names('a', 'b'), trafficPolicy: { tls: { mode: 'DISABLE' } } },
      '2026-01-02T00:00:00Z',
    )
    const wide = rule('w', 'shop', { host: '*.shop.svc.cluster.local', subsets: names('c') })
    expect(effectiveRule(full, { namespace: 'x' }, [newer, older, wide])).toEqual({
      from: ['shop/z', 'shop/a'],
      subsets: [{ name: 'a', labels: { v: '1' } }, { name: 'b' }],
      trafficPolicy: { tls: { mode: 'DISABLE' } },
    })
  })

  it('is one that is exported to the client, and chosen for it', () => {
    const hiddenRule = rule('private', 'shop', { exportTo: ['.'], subsets: names('a') })
    expect(used('front', [hiddenRule])).toBeUndefined()
    expect(used('shop', [hiddenRule])).toEqual([['shop/private'], ['a']])
    const forWeb = rule('web', 'front', { workloadSelector: { matchLabels: { app: 'web' } }, subsets: names('w') })
    const forAll = rule('all', 'front', { subsets: names('x') })
    expect(used('front', [forAll, forWeb], { app: 'web' })).toEqual([['front/web'], ['w']])
    expect(used('front', [forAll, forWeb])).toEqual([['front/all'], ['x']])
  })
})

describe('remarks on a route', () => {
  const remarks = (http: readonly HttpRoute[]): unknown => routeRemarks(virtualService('cart', { http })).map(({ is, path }) => [is, path])

  it('name entries behind one that takes every path, which istiod says nothing about', () => {
    const everything = { ...to('a'), match: [{ uri: { prefix: '/' } }] }
    expect(remarks([everything, to('b'), to('c')])).toEqual([
      ['hidden', 'spec.http[1]'],
      ['hidden', 'spec.http[2]'],
    ])
    expect(remarks([{ ...to('a'), match: [{ uri: { prefix: '/' }, gateways: ['web'] }] }, to('b')])).toEqual([])
    expect(remarks([to('a'), to('b')])).toEqual([])
    expect(hidingEntry([to('a')])).toBeUndefined()
    expect(hidingEntry([{ ...to('a'), match: [{ headers: { x: {} } }] }, to('b'), to('c')])).toBe(1)
  })

  it('name rows whose weight was forgotten, and say what weights that do not sum to 100 mean', () => {
    const rows = (...weights: (number | undefined)[]): HttpRoute => ({
      route: weights.map(weight => ({ destination: { host: 'a' }, ...(weight === undefined ? {} : { weight }) })),
    })
    expect(remarks([rows(100, undefined)])).toEqual([['without-weight', 'spec.http[0].route[1]']])
    expect(remarks([rows(100, 0), rows(0), rows(7)])).toEqual([])
    expect(routeRemarks(virtualService('cart', { http: [rows(60, 30)] }))).toEqual([
      { is: 'sum', path: 'spec.http[0].route', message: 'the weights sum to 90, not to 100: a gets 66.7 %, a 33.3 %' },
    ])
  })
})

describe('other VirtualServices', () => {
  const ours = virtualService('cart', { http: [to('cart')] }, '2026-02-01T00:00:00Z')

  it('claim a host where both are bound, and come before or behind', () => {
    const older = virtualService('older', { hosts: ['Shop.test', 'other.test'], gateways: ['web', 'mesh'] })
    const newer = virtualService('newer', {}, '2026-03-01T00:00:00Z')
    const elsewhere = virtualService('elsewhere', { gateways: ['infra/web'] })
    expect(claimsOnHosts(ours, [ours, older, newer, elsewhere])).toEqual([
      { virtualService: 'shop/older', hosts: ['shop.test'], gateways: ['shop/web'], before: true },
      { virtualService: 'shop/newer', hosts: ['shop.test'], gateways: ['shop/web'], before: false },
    ])
  })

  it('lead past the managed entries: from the mesh, by other entries, and as copies', () => {
    const other = virtualService('api', {
      hosts: ['api.test'],
      http: [{ ...to('cart.shop.svc.cluster.local'), name: 'api' }, { ...to('x'), mirror: { host: 'cart' } }, to('cart', 'v1')],
    })
    expect(bypasses(ours, { host: 'cart', managed: ['#0'], others: [ours, other] })).toEqual([
      { is: 'mesh', virtualService: 'shop/cart' },
      { is: 'entry', virtualService: 'shop/api', entry: 'api' },
      { is: 'mirror', virtualService: 'shop/api', entry: '#1' },
    ])
    const both = virtualService('cart', { hosts: ['cart', 'shop.test'], gateways: ['web', 'mesh'], http: [to('cart')] })
    expect(bypasses(both, { host: 'cart', managed: ['#0'], others: [] })).toEqual([])
  })
})

it('a subset that would get weight must be in the rule that the client uses', () => {
  const ours = { stable: { host: 'cart', subset: 'stable' }, canary: { host: 'cart', subset: 'canary' }, atRest: [], namespace: 'shop' }
  const rules = [
    rule('cart', 'shop', { host: 'cart', subsets: [{ name: 'stable' }] }),
    rule('mine', 'front', { subsets: [{ name: 'canary' }] }),
  ]
  const rows = [
    { to: 'stable', weight: 90 },
    { to: 'canary', weight: 10 },
    { to: { host: 'whole' }, weight: 0 },
  ] as const
  expect(missingSubsets(rows, ours, { client: { namespace: 'istio-system' }, rules })).toEqual([ours.canary])
  expect(missingSubsets(rows, ours, { client: { namespace: 'front' }, rules })).toEqual([ours.stable])
  expect(missingSubsets([{ to: 'canary', weight: 0 }], ours, { client: { namespace: 'x' }, rules: [] })).toEqual([])
})
