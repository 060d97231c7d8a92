import { describe, expect, it } from 'vitest'
import { against, facts, fine, object, route, rule, said } from './cart-facts.contract.ts'

const root = { namespace: 'istio-system' }
const wildcard = object(
  'DestinationRule',
  'default',
  { host: '*.svc.cluster.local', trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' }, connectionPool: { http: { http2MaxRequests: 100 } } } },
  root,
)
const others = (...items: ReturnType<typeof object>[]) => ({ destinationRules: { items: [rule, ...items] } })

describe('the rule that clients use', () => {
  it('is the managed one, and stays as it is', () => {
    expect(fine('rule', facts())).toEqual(['every client that is seen uses DestinationRule shop/cart; the traffic policy stays as it is'])
    expect(said('rule', facts({}, others(wildcard)))).toEqual([])
  })

  it('hides one for a wildcard as soon as it comes, with all that that one says', () => {
    const coming = facts({ rule: { after: rule } }, { destinationRules: { items: [wildcard] } })
    expect(against('rule', coming)).toMatchObject([
      {
        level: 'warn',
        code: 'SL-PREFLIGHT-POLICY-CHANGES',
        message:
          'Clients in namespace istio-system: DestinationRule istio-system/default no longer counts once the managed one is there, ' +
          'so the traffic policy changes: tls {"mode":"ISTIO_MUTUAL"} → none; connectionPool {"http":{"http2MaxRequests":100}} → none.',
      },
    ])
  })

  it('says what the new version itself brings, as meant', () => {
    const after = object('DestinationRule', 'cart', { host: 'cart-svc', trafficPolicy: { loadBalancer: { simple: 'RANDOM' } } })
    expect(fine('rule', facts({ rule: { before: rule, after } }))).toEqual([
      'Clients in namespace istio-system: the new version brings another traffic policy: loadBalancer none → {"simple":"RANDOM"}',
    ])
  })

  it('refuses where a rule beside the clients hides the subsets', () => {
    const ingress = { namespace: 'ingress' }
    const beside = object('DestinationRule', 'own', { host: 'cart-svc.shop.svc.cluster.local' }, ingress)
    const gatewayPods = { items: [object('Pod', 'gateway-1', {}, ingress)] }
    expect(against('rule', facts({}, { ...others(beside), gatewayPods }))).toMatchObject([
      {
        level: 'refuse',
        code: 'SL-PREFLIGHT-SUBSET-HIDDEN',
        message: expect.stringContaining('Clients in namespace ingress: uses DestinationRule ingress/own'),
      },
    ])
  })

  it.each(['before', 'after'] as const)('refuses where the rule is not exported to the clients %s the run', when => {
    const own = object('DestinationRule', 'cart', { host: 'cart-svc', exportTo: ['.'] })
    const of = { before: rule, after: rule, [when]: own }
    expect(against('rule', facts({ rule: of }, { destinationRules: { items: [of.before] } }))).toMatchObject([
      {
        level: 'refuse',
        code: 'SL-PREFLIGHT-SUBSET-HIDDEN',
        message: expect.stringContaining('Clients in namespace istio-system: uses no DestinationRule for this host'),
      },
    ])
  })

  it('is looked at for every namespace with a rule of its own where the route is bound to the mesh', () => {
    const beside = object('DestinationRule', 'own', { host: 'cart-svc.shop.svc.cluster.local' }, { namespace: 'front' })
    const inMesh = object('VirtualService', 'cart', { ...(route.spec as object), gateways: ['mesh'], hosts: ['cart-svc'] })
    expect(said('rule', facts({}, others(beside)))).toEqual([])
    expect(said('rule', facts({ routes: [inMesh] }, others(beside)))).toEqual(['refuse SUBSET-HIDDEN'])
  })

  it('does not matter where the sides are Services of their own, or nobody is served yet', () => {
    const { rule: _, ...none } = facts().subject
    expect(against('rule', { ...facts(), subject: none })).toEqual([])
    expect(against('rule', facts({ first: true }))).toEqual([])
  })
})
