import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { prepareRequest } from '../istio/routing/request.ts'
import type { GatewayRoute } from '../gateway-api/objects.ts'
import { byPrecedence, matchesOf } from '../gateway-api/precedence.ts'
import type { RequestMatch } from './apart.ts'
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

function put(object: KubernetesObject, match: RequestMatch, router: Router = httpRoute) {
  const pinned = router.pin(object, ours)
  if (pinned.is === 'refused' || !router.apart) throw new Error(JSON.stringify(pinned))
  return router.apart.write(pinned.value, ours, { is: 'headerRoute', name: 'beta', match: [match] })
}

/** The Service that a request goes to, as a proxy asks the rules. */
function where(object: KubernetesObject, match: RequestMatch, asked: { path?: string; method?: string; headers?: Record<string, string> }) {
  const written = put(object, match)
  if (written.is === 'refused') throw new Error(JSON.stringify(written))
  const request = prepareRequest({ host: 'shop.test', path: '/', method: 'GET', ...asked })
  const [first] = matchesOf(written.value as GatewayRoute)
    .toSorted(byPrecedence)
    .filter(each => each.takes(request))
  return first?.rule.backendRefs?.find(({ weight = 1 }) => weight > 0)?.name
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

  it.each<[string, RequestMatch]>([
    ['a prefix of a header', { headers: { agent: { prefix: 'Sluice' } } }],
    ['an expression', { uri: { regex: '/a.*' } }],
    ['a cookie', { cookie: { name: 'beta' } }],
  ])('are refused where only some implementations know requests by %s', (_, match) => {
    expect(put(route({ backendRefs: [cart] }), match)).toMatchObject({ problem: { is: 'not-expressible' } })
  })

  it('are refused by path in a GRPCRoute', () => {
    const grpc = { ...route({ backendRefs: [cart] }), kind: 'GRPCRoute' }
    expect(put(grpc, { uri: { exact: '/a' } }, grpcRoute)).toMatchObject({ problem: { is: 'not-expressible' } })
    expect(put(grpc, beta, grpcRoute)).toMatchObject({ is: 'done' })
  })
})

it('refuses what needs to be known of the GatewayClass', () => {
  const safe = route({ matches: [{ method: 'GET' }], backendRefs: [cart] })
  const pinned = httpRoute.pin(safe, ours)
  if (pinned.is === 'refused') throw new Error('refused')
  const sticky = { cookie: 'v', maxAge: 60, execution: 'k3f9', draws: { canary: 1, stable: 1 } }

  expect(httpRoute.apart?.write(pinned.value, ours, { is: 'mirror', percent: 10, allowUnsafeMethods: false })).toMatchObject({
    problem: { is: 'not-expressible' },
  })
  expect(httpRoute.apart?.write(pinned.value, ours, { is: 'sticky', sticky })).toMatchObject({ problem: { is: 'not-expressible' } })
})
