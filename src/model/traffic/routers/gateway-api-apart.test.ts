import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { prepareRequest } from '../istio/routing/request.ts'
import type { GatewayRoute } from '../gateway-api/objects.ts'
import { byPrecedence, matchesOf } from '../gateway-api/precedence.ts'
import type { ApartChange, RequestMatch } from './apart.ts'
import { grpcRoute, httpRoute } from './gateway-api.ts'
import type { Ours, Router } from './router.ts'

const ours: Ours = { stable: { host: 'cart' }, canary: { host: 'cart-canary' }, atRest: [{ host: 'cart' }], entries: 'all' }
const cart = { name: 'cart', port: 80 }
const route = (...rules: readonly object[]): KubernetesObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { parentRefs: [{ name: 'shop' }], rules },
})
const path = (value: string, type = 'PathPrefix') => ({ path: { type, value } })

const classOf = (controller: string, ...features: readonly string[]): Partial<Ours> => ({
  support: [{ parent: 'Gateway shop/shop', by: { class: 'GatewayClass acme', controller, features } }],
})
const istio = classOf('istio.io/gateway-controller', 'HTTPRouteRequestMirror', 'HTTPRouteRequestPercentageMirror')

function put(object: KubernetesObject, match: RequestMatch, router: Router = httpRoute, more: Partial<Ours> = {}) {
  const pinned = router.pin(object, ours)
  if (pinned.is === 'refused' || !router.apart) throw new Error(JSON.stringify(pinned))
  return router.apart.write(pinned.value, { ...ours, ...more }, { is: 'headerRoute', name: 'beta', match: [match] })
}

interface Asked {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** The Service that a request goes to, as a proxy asks the rules. */
function askedBy(object: KubernetesObject, asked: Asked): string | undefined {
  const request = prepareRequest({ host: 'shop.test', path: '/', method: 'GET', ...asked })
  const [first] = matchesOf(object as GatewayRoute)
    .toSorted(byPrecedence)
    .filter(each => each.takes(request))
  return first?.rule.backendRefs?.find(({ weight = 1 }) => weight > 0)?.name
}

/** The same with a header route. */
function where(object: KubernetesObject, match: RequestMatch, asked: Asked, more: Partial<Ours> = {}): string | undefined {
  const written = put(object, match, httpRoute, more)
  if (written.is === 'refused') throw new Error(JSON.stringify(written))
  return askedBy(written.value, asked)
}

const beta: RequestMatch = { headers: { 'X-Beta': { exact: 'yes' } } }
const headers = { 'x-beta': 'yes' }

describe('header routes in an HTTPRoute', () => {
  const several = route(
    { name: 'assets', matches: [path('/assets')], backendRefs: [{ name: 'assets', port: 80 }] },
    { name: 'api', matches: [path('/api'), path('/status', 'Exact')], backendRefs: [cart] },
    { name: 'rest', backendRefs: [cart] },
  )

  it('lead requests that carry the header to the canary, and take from nobody else', () => {
    expect(where(several, beta, { path: '/api/x', headers })).toBe('cart-canary')
    expect(where(several, beta, { path: '/status', headers })).toBe('cart-canary')
    expect(where(several, beta, { path: '/x', headers })).toBe('cart-canary')
    expect(where(several, beta, { path: '/x' })).toBe('cart')
    expect(where(several, beta, { path: '/assets/x', headers })).toBe('assets')
  })

  it.each<[string, RequestMatch, string, string]>([
    ['a path', { uri: { exact: '/new' } }, '/new', '/new/x'],
    ['the beginning of a path, by whole segments', { uri: { prefix: '/new' } }, '/new/x', '/newer'],
  ])('know requests by %s', (_, match, yes, no) => {
    expect(where(route({ backendRefs: [cart] }), match, { path: yes })).toBe('cart-canary')
    expect(where(route({ backendRefs: [cart] }), match, { path: no })).toBe('cart')
  })

  it('know requests by a method', () => {
    expect(where(route({ backendRefs: [cart] }), { method: 'POST' }, { method: 'POST' })).toBe('cart-canary')
    expect(where(route({ backendRefs: [cart] }), { method: 'POST' }, { method: 'GET' })).toBe('cart')
  })

  it("are refused where they would be asked before a stranger's rule", () => {
    const stranger = {
      name: 'mine',
      matches: [{ ...path('/'), headers: [{ name: 'x-user', value: 'me' }] }],
      backendRefs: [{ name: 'other', port: 80 }],
    }
    const beside = route(stranger, { name: 'rest', backendRefs: [cart] })

    expect(put(beside, { headers: { a: { exact: '1' }, b: { exact: '2' } } })).toMatchObject({ problem: { is: 'not-expressible' } })
    expect(put(several, { uri: { prefix: '/assets/new' } })).toMatchObject({ problem: { is: 'not-expressible' } })
    expect(put(beside, beta)).toMatchObject({ is: 'done' })
  })

  it.each<[string, RequestMatch, Record<string, string>, Record<string, string>]>([
    ['the beginning of a header', { headers: { agent: { prefix: 'v2.' } } }, { agent: 'v2.7' }, { agent: 'v27' }],
    ['an expression', { headers: { 'x-user': { regex: '[0-4]+' } } }, { 'x-user': '04' }, { 'x-user': '05' }],
    ['a cookie', { cookie: { name: 'beta' } }, { cookie: 'a=b; beta=1' }, { cookie: 'abeta=1' }],
  ])('know requests by %s where the gateways are known for it', (_, match, yes, no) => {
    const rule = route({ backendRefs: [cart] })
    expect(where(rule, match, { headers: yes }, istio)).toBe('cart-canary')
    expect(where(rule, match, { headers: no }, istio)).toBe('cart')
    expect(put(rule, match)).toMatchObject({ problem: { is: 'unsupported', lack: 'what its GatewayClass supports was not read' } })
    expect(put(rule, match, httpRoute, classOf('acme.io/gateway'))).toMatchObject({
      problem: { lack: expect.stringContaining('acme.io/gateway (GatewayClass acme of Gateway shop/shop) is not known for it') as string },
    })
  })

  it('narrow an expression of the rule, and are refused where two stand against each other', () => {
    const expression = { ...path('/'), headers: [{ type: 'RegularExpression', name: 'X-User', value: '[a-z]+' }] }
    const rule = route({ matches: [expression], backendRefs: [cart] })
    expect(where(rule, { headers: { 'x-user': { exact: 'me' } } }, { headers: { 'x-user': 'me' } })).toBe('cart-canary')
    expect(put(rule, { headers: { 'x-user': { exact: '7' } } })).toMatchObject({ problem: { is: 'no-such-requests' } })
    expect(put(rule, { headers: { 'x-user': { regex: '[a-f]+' } } }, httpRoute, istio)).toMatchObject({
      problem: { is: 'not-expressible' },
    })
  })

  it('are refused for an expression of a path, which is asked last', () => {
    expect(put(route({ backendRefs: [cart] }), { uri: { regex: '/a.*' } }, httpRoute, istio)).toMatchObject({
      problem: { is: 'not-expressible' },
    })
  })

  it('are refused by path in a GRPCRoute', () => {
    const grpc = { ...route({ backendRefs: [cart] }), kind: 'GRPCRoute' }
    expect(put(grpc, { uri: { exact: '/a' } }, grpcRoute)).toMatchObject({ problem: { is: 'not-expressible' } })
    expect(put(grpc, beta, grpcRoute)).toMatchObject({ is: 'done' })
  })
})

const change = (object: KubernetesObject, asked: ApartChange, more: Partial<Ours> = istio, router: Router = httpRoute) => {
  const pinned = router.pin(object, ours)
  if (pinned.is === 'refused' || !router.apart) throw new Error(JSON.stringify(pinned))
  return router.apart.write(pinned.value, { ...ours, ...more }, asked)
}
const mirror = (percent: number, allowUnsafeMethods = true): ApartChange => ({ is: 'mirror', percent, allowUnsafeMethods })
const filtersOf = (outcome: ReturnType<typeof change>): unknown =>
  outcome.is === 'done' ? (outcome.value as GatewayRoute).spec.rules?.[0]?.filters : outcome.problem

describe('a mirror in a GRPCRoute', () => {
  const calls = { ...route({ backendRefs: [cart] }), kind: 'GRPCRoute' }

  it("is a filter for Istio's gateways, whose class has no feature for it", () => {
    const requestMirror = { backendRef: { name: 'cart-canary', port: 80 }, percent: 30 }
    expect(filtersOf(change(calls, mirror(30), istio, grpcRoute))).toEqual([{ type: 'RequestMirror', requestMirror }])
  })

  it('is for those alone who say that a call may be made twice', () => {
    const read = { ...route({ matches: [{ method: { service: 'Cart', method: 'Get' } }], backendRefs: [cart] }), kind: 'GRPCRoute' }
    expect(change(read, mirror(30, false), istio, grpcRoute)).toMatchObject({ problem: { is: 'unsafe-mirror' } })
  })
})

describe('a mirror in an HTTPRoute', () => {
  const bare = route({ backendRefs: [cart] })

  it('is a filter beside those that stand there, with a percent only where it is not for all requests', () => {
    const filters = [{ type: 'RequestHeaderModifier', requestHeaderModifier: { remove: ['x-a'] } }]
    const copies = (more: object) => ({ type: 'RequestMirror', requestMirror: { backendRef: { name: 'cart-canary', port: 80 }, ...more } })
    expect(filtersOf(change(route({ filters, backendRefs: [cart] }), mirror(30)))).toEqual([...filters, copies({ percent: 30 })])
    expect(filtersOf(change(bare, mirror(100)))).toEqual([copies({})])
    expect(filtersOf(change(bare, mirror(0)))).toBeUndefined()
  })

  it('stands as asked though the server has filled its defaults in, or somebody says the percent as a fraction', () => {
    const backendRef = { group: '', kind: 'Service', name: 'cart-canary', port: 80 }
    const stored = route({
      filters: [{ type: 'RequestMirror', requestMirror: { backendRef, fraction: { numerator: 3, denominator: 10 } } }],
      backendRefs: [
        { ...cart, weight: 100 },
        { ...cart, name: 'cart-canary', weight: 0 },
      ],
    })
    const again = httpRoute.apart?.write(stored, { ...ours, ...istio }, mirror(30))
    expect(again?.is === 'done' && again.value).toBe(stored)
  })

  it.each<[string, KubernetesObject, number, readonly string[], string]>([
    ['copies at all', bare, 100, [], 'HTTPRouteRequestMirror'],
    ['a part of the requests', bare, 30, ['HTTPRouteRequestMirror'], 'HTTPRouteRequestPercentageMirror'],
    [
      'a second mirror',
      route({ filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'audit' } } }], backendRefs: [cart] }),
      100,
      ['HTTPRouteRequestMirror'],
      'HTTPRouteRequestMultipleMirrors',
    ],
  ])('is refused where a class does not name the feature for %s', (_, object, percent, features, missing) => {
    const lack = `GatewayClass acme of Gateway shop/shop does not name ${missing} in its status.supportedFeatures`
    expect(filtersOf(change(object, mirror(percent), classOf('acme.io/gateway', ...features)))).toMatchObject({ is: 'unsupported', lack })
    expect(change(object, mirror(percent), classOf('acme.io/gateway', ...features, missing))).toMatchObject({ is: 'done' })
  })

  it('takes a mirror to the canary that stands before the run for none of its own', () => {
    const theirs = { type: 'RequestMirror', requestMirror: { backendRef: { name: 'cart-canary', port: 80 } } }
    expect(httpRoute.pin(route({ filters: [theirs], backendRefs: [cart] }), ours)).toMatchObject({ problem: { is: 'not-expressible' } })
  })

  it('copies entries of safe methods alone, unless that is said to be harmless', () => {
    expect(filtersOf(change(bare, mirror(30, false)))).toMatchObject({ is: 'unsafe-mirror' })
    expect(filtersOf(change(route({ matches: [{ method: 'GET' }], backendRefs: [cart] }), mirror(30, false)))).toHaveLength(1)
  })
})

describe('sticky users in an HTTPRoute', () => {
  const sticky: ApartChange = {
    is: 'sticky',
    sticky: { cookie: 'v', maxAge: 60, execution: 'k3f9', draws: { canary: 1, stable: 2 } },
  }
  const cookies = (side: string, draw: number): string => `v=sluice-k3f9-${side}-${draw}`

  it('go by their cookie to the side that gave it, and answers give it beside what stands there', () => {
    const filters = [{ type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [{ name: 'x-a', value: '1' }] } }]
    const written = change(route({ backendRefs: [{ ...cart, filters }] }), sticky)
    if (written.is === 'refused') throw new Error(JSON.stringify(written))
    expect(askedBy(written.value, { headers: { cookie: `a=b; ${cookies('canary', 1)}` } })).toBe('cart-canary')
    expect(askedBy(written.value, { headers: { cookie: cookies('stable', 2) } })).toBe('cart')
    expect(askedBy(written.value, { headers: { cookie: cookies('canary', 0) } })).toBe('cart')

    const rest = (written.value as GatewayRoute).spec.rules?.at(-1)?.backendRefs ?? []
    expect(rest.map(each => each.filters)).toMatchObject([
      [
        {
          responseHeaderModifier: {
            set: [{ name: 'x-a' }],
            add: [{ name: 'Set-Cookie', value: expect.stringMatching(/^v=sluice-k3f9-stable-2;/) as string }],
          },
        },
      ],
      [{ responseHeaderModifier: { add: [{ value: expect.stringMatching(/^v=sluice-k3f9-canary-1;/) as string }] } }],
    ])
    const gone = httpRoute.apart?.write(written.value, { ...ours, ...istio }, { is: 'nothing' })
    expect(gone).toEqual(httpRoute.pin(route({ backendRefs: [{ ...cart, filters }] }), ours))
  })

  it("are refused where a backend's own cookie, the rule or a stranger's rule stands in the way", () => {
    const adds = { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [{ name: 'set-cookie', value: 'a=b' }] } }
    const removes = { type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: ['Set-Cookie'] } }
    const method = {
      name: 'rest',
      matches: [
        {
          ...path('/'),
          headers: [
            { name: 'x-a', value: '1' },
            { name: 'x-b', value: '1' },
          ],
        },
      ],
      backendRefs: [cart],
    }
    const theirs = {
      name: 'theirs',
      matches: [{ ...path('/'), headers: method.matches[0]?.headers, queryParams: [{ name: 'q', value: '1' }] }],
      backendRefs: [{ name: 'other', port: 80 }],
    }
    expect(change(route({ backendRefs: [{ ...cart, filters: [adds] }] }), sticky)).toMatchObject({ problem: { is: 'not-expressible' } })
    expect(change(route({ filters: [removes], backendRefs: [cart] }), sticky)).toMatchObject({ problem: { is: 'not-expressible' } })
    expect(change(route(method, theirs), sticky)).toMatchObject({ problem: { reason: expect.stringContaining('before theirs') as string } })
  })

  it('and mirrors are refused of gateways that are not known for it, and sticky users of a GRPCRoute', () => {
    const grpc = { ...route({ backendRefs: [cart] }), kind: 'GRPCRoute' }
    expect(change(route({ backendRefs: [cart] }), sticky, classOf('acme.io/gateway'))).toMatchObject({ problem: { is: 'unsupported' } })
    expect(change(route({ backendRefs: [cart] }), sticky, {})).toMatchObject({ problem: { is: 'unsupported' } })
    expect(change(grpc, sticky, istio, grpcRoute)).toMatchObject({ problem: { is: 'not-expressible' } })
    expect(change(grpc, mirror(100), classOf('acme.io/gateway'), grpcRoute)).toMatchObject({
      problem: { is: 'unsupported', lack: expect.stringContaining('to copy calls of a GRPCRoute') as string },
    })
  })
})
