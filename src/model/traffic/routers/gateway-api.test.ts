import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { pinnedRows } from '../rows.ts'
import { grpcRoute, httpRoute } from './gateway-api.ts'
import { apartContract } from './apart.contract.ts'
import { routerContract, type RouterExamples } from './router.contract.ts'
import type { Ours } from './router.ts'

const ours: Ours = {
  stable: { host: 'cart' },
  canary: { host: 'cart-canary' },
  atRest: [{ host: 'cart' }],
  literals: [{ host: 'cart-eu', port: 8080 }],
  support: [
    {
      parent: 'Gateway shop/shop',
      by: {
        class: 'GatewayClass istio',
        controller: 'istio.io/gateway-controller',
        features: ['HTTPRouteRequestMirror', 'HTTPRouteRequestPercentageMirror'],
      },
    },
  ],
}

const route = (kind: string, ...rules: readonly object[]): KubernetesObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind,
  metadata: { name: 'cart', namespace: 'shop', resourceVersion: '7' },
  spec: { parentRefs: [{ name: 'shop' }], hostnames: ['shop.test'], rules, later: 'than us' },
})
const rule = (...backendRefs: readonly object[]): object => ({
  matches: [{ path: { type: 'PathPrefix', value: '/' } }],
  timeouts: { request: '5s' },
  backendRefs,
  novel: 1,
})
const refsOf = (object: KubernetesObject, index = 0): readonly object[] =>
  (object.spec as { rules: { backendRefs: { weight: number }[] }[] }).rules[index]?.backendRefs ?? []
const value = (outcome: { is: string; value?: KubernetesObject }): KubernetesObject => {
  expect(outcome).toMatchObject({ is: 'done' })
  return outcome.value!
}

for (const [kind, router] of [
  ['HTTPRoute', httpRoute],
  ['GRPCRoute', grpcRoute],
] as const) {
  const examples: RouterExamples = {
    ours,
    bare: route(kind, rule({ name: 'cart', port: 80, filters: [{ type: 'RequestHeaderModifier' }] })),
    shared: route(kind, rule({ name: 'legacy', port: 80, weight: 30 }, { name: 'cart', port: 80, weight: 70 })),
    joined: object =>
      route(
        kind,
        rule(...refsOf(object).map(ref => ({ ...ref, weight: 0.8 * (ref as { weight: number }).weight })), {
          name: 'new',
          port: 80,
          weight: 20,
        }),
      ),
    strange: route(kind, rule({ name: 'other', port: 80 })),
  }
  routerContract(router, examples)
  const isHttp = kind === 'HTTPRoute'
  apartContract(router, { ...examples, mirrors: isHttp, sticky: isHttp })
}

describe('the sides of a rule', () => {
  it('inherit port and filters of the one backend', () => {
    const filters = [{ type: 'RequestHeaderModifier' }]
    expect(refsOf(value(httpRoute.pin(route('HTTPRoute', rule({ name: 'cart', port: 8080, filters })), ours)))).toEqual([
      { name: 'cart', port: 8080, filters, weight: 100 },
      { name: 'cart-canary', port: 8080, filters, weight: 0 },
    ])
  })

  it('count a backend without a weight as 1, as the API does', () => {
    const split = route('HTTPRoute', rule({ name: 'cart', port: 80 }, { name: 'legacy', port: 80, weight: 3 }))
    expect(refsOf(value(httpRoute.pin(split, ours)))).toMatchObject([
      { name: 'cart', weight: 25 },
      { name: 'cart-canary', weight: 0 },
      { name: 'legacy', weight: 75 },
    ])
  })

  it('are named in another namespace where the route is in another', () => {
    const away = route('HTTPRoute', rule({ name: 'cart', namespace: 'checkout', port: 80 }))
    const there: Ours = {
      ...ours,
      stable: { host: 'cart.checkout' },
      canary: { host: 'cart-canary.checkout' },
      atRest: [{ host: 'cart.checkout' }],
    }
    expect(refsOf(value(httpRoute.pin(away, there)))).toMatchObject([
      { name: 'cart', namespace: 'checkout' },
      { name: 'cart-canary', namespace: 'checkout' },
    ])
    expect(httpRoute.pin(away, ours)).toMatchObject({ problem: { is: 'none-ours' } })
  })

  it('are Services: a bucket of the same name is somebody else', () => {
    const bucket = route('HTTPRoute', rule({ group: 'storage.example.com', kind: 'Bucket', name: 'cart' }))
    expect(httpRoute.pin(bucket, ours)).toMatchObject({ problem: { is: 'none-ours' } })
  })
})

describe('rules', () => {
  const several = route('HTTPRoute', { name: 'web', ...rule({ name: 'cart', port: 80 }) }, { filters: [{ type: 'RequestRedirect' }] })

  it('are asked for by name where there are several', () => {
    expect(httpRoute.readRoute(several)).toMatchObject({ problem: { is: 'several-entries', entries: ['web', '#1'] } })
    expect(refsOf(value(httpRoute.pin(several, { ...ours, entries: ['web'] })))).toMatchObject(pinnedRows.map(({ weight }) => ({ weight })))
  })

  it('that redirect are left out where all are meant, and refused by name', () => {
    expect(httpRoute.pin(several, { ...ours, entries: 'all' })).toMatchObject({ is: 'done' })
    expect(httpRoute.readRoute(several, ['#1'])).toMatchObject({ problem: { is: 'not-routed', by: 'redirect' } })
  })

  it.each([
    ['no rules', route('HTTPRoute'), 'no-entries'],
    ['no backend', route('HTTPRoute', { matches: [] }), 'no-destination'],
    ['a backend without a name', route('HTTPRoute', rule({ name: '', port: 80 })), 'blank-host'],
  ])('are refused with %s', (_, object, problem) => {
    expect(httpRoute.readRoute(object)).toMatchObject({ is: 'refused', problem: { is: problem } })
  })
})

describe('what the gateways say of a route', () => {
  const spec = { parentRefs: [{ name: 'shop' }], rules: [rule({ name: 'cart', port: 80 })] }
  const said = (generation: number, resolved: string): KubernetesObject => ({
    ...route('HTTPRoute'),
    metadata: { name: 'cart', namespace: 'shop', generation: 2 },
    spec,
    status: {
      parents: [
        {
          controllerName: 'istio.io/gateway-controller',
          conditions: [
            { type: 'Accepted', status: 'True', observedGeneration: generation },
            { type: 'ResolvedRefs', status: resolved, observedGeneration: generation, message: 'backend(cart-canary) not found' },
          ],
        },
      ],
    },
  })

  it.each([
    ['nothing yet', { ...said(2, 'True'), status: {} }, { is: 'pending', says: 'accepted by 0 of 1 gateways' }],
    ['of an older generation', said(1, 'True'), { is: 'pending' }],
    ['that it is fine', said(2, 'True'), { is: 'accepted' }],
    ['that a backend is missing', said(2, 'False'), { is: 'refused', words: 'ResolvedRefs: backend(cart-canary) not found' }],
  ])('is %s', (_, object, acceptance) => {
    expect(httpRoute.accepted(object as KubernetesObject)).toMatchObject(acceptance)
  })
})
