import { describe, expect, it } from 'vitest'
import type { GatewayRoute, GatewayRule, KubernetesGateway, ReferenceGrant } from './objects.ts'
import { gatewayRoutingTable, type GatewayResolution, type GatewayRoutingConfig } from './resolve.ts'
import { judgeRoute } from './route-status.ts'

const gateway: KubernetesGateway = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'gw', namespace: 'shop' },
  spec: { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
}

function route(
  rules: readonly GatewayRule[],
  more: { readonly name?: string; readonly hostnames?: readonly string[]; readonly at?: string } = {},
) {
  const { name = 'cart', hostnames, at = '2026-01-01T00:00:00Z' } = more
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'shop', creationTimestamp: at },
    spec: { parentRefs: [{ name: 'gw' }], ...(hostnames ? { hostnames } : {}), rules },
  } satisfies GatewayRoute
}

const grpc = (rules: readonly GatewayRule[]): GatewayRoute => ({ ...route(rules), kind: 'GRPCRoute' })
const to = (name: string, weight?: number) => ({ name, port: 80, ...(weight === undefined ? {} : { weight }) })
const prefix = (value: string) => ({ path: { type: 'PathPrefix', value } })

const services = ['stable', 'canary', 'other'].map(name => ({ host: `${name}.shop.svc.cluster.local`, ports: [80] }))

function config(routes: readonly GatewayRoute[], more: Partial<GatewayRoutingConfig> = {}): GatewayRoutingConfig {
  return { gateways: [gateway], routes, grants: [], services, namespaceLabels: () => ({}), ...more }
}

interface Asked {
  readonly host?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

function ask(routes: readonly GatewayRoute[], path: string, { host = 'shop.example.com', ...rest }: Asked = {}): GatewayResolution {
  return gatewayRoutingTable(config(routes), 80)({ host, path, ...rest })
}

/** `canary 10%, stable 90%`, or status and reason of an answer. */
function seen(resolution: GatewayResolution): string {
  if (resolution.is === 'unknown-host') return 'unknown host'
  if (resolution.is === 'answered') return `${resolution.answer.status} ${resolution.by}`
  return resolution.backends
    .map(({ ref, to: backend, share }) => `${backend.is === 'service' ? ref.name : backend.reason} ${share * 100}%`)
    .join(', ')
}

function upstreamPath(resolution: GatewayResolution): string | undefined {
  return resolution.is === 'routed' ? resolution.backends[0]?.upstream.path : undefined
}

describe('weights', () => {
  it('are shares of their sum; a backend without a weight counts 1, one with 0 gets nothing', () => {
    expect(seen(ask([route([{ backendRefs: [to('stable', 90), to('canary', 10)] }])], '/'))).toBe('stable 90%, canary 10%')
    expect(seen(ask([route([{ backendRefs: [to('stable', 3), to('canary')] }])], '/'))).toBe('stable 75%, canary 25%')
    expect(seen(ask([route([{ backendRefs: [to('stable', 1), to('canary', 0)] }])], '/'))).toBe('stable 100%')
  })

  it('that are all 0 answer 500, as a rule without backends does', () => {
    expect(seen(ask([route([{ backendRefs: [to('stable', 0), to('canary', 0)] }])], '/'))).toBe('500 no-backend')
    expect(seen(ask([route([{ backendRefs: [to('stable', 0)] }])], '/'))).toBe('500 no-backend')
    expect(seen(ask([route([{}])], '/'))).toBe('500 no-backend')
  })

  it('of backends that are not there, of another kind, or not granted stay theirs: nobody stands in', () => {
    const refs = [to('stable', 50), to('gone', 20), { name: 'canary', port: 8080, weight: 10 }, { kind: 'Bucket', name: 'b', weight: 20 }]
    expect(seen(ask([route([{ backendRefs: refs }])], '/'))).toBe('stable 50%, BackendNotFound 20%, BackendNotFound 10%, InvalidKind 20%')
    expect(seen(ask([route([{ backendRefs: [{ ...to('stable'), namespace: 'other' }] }])], '/'))).toBe('RefNotPermitted 100%')
  })
})

describe('which rule takes a request', () => {
  it('a prefix covers whole segments only, with or without a slash at its end', () => {
    const rules = [{ matches: [prefix('/v2/')], backendRefs: [to('canary')] }]
    for (const path of ['/v2', '/v2/', '/v2/a?x=1']) expect(seen(ask([route(rules)], path))).toBe('canary 100%')
    for (const path of ['/v2a', '/', '/V2']) expect(seen(ask([route(rules)], path))).toBe('404 no-route')
  })

  it('exact before longer prefix before shorter, regular expressions last, whatever the order in the route', () => {
    const rules = [
      { matches: [{ path: { type: 'RegularExpression', value: '/a/b.*' } }], backendRefs: [to('other', 1), to('stable', 1)] },
      { matches: [prefix('/a')], backendRefs: [to('stable')] },
      { matches: [prefix('/a/b')], backendRefs: [to('canary')] },
      { matches: [{ path: { type: 'Exact', value: '/a/b' } }], backendRefs: [to('other')] },
    ]
    expect(seen(ask([route(rules)], '/a/b'))).toBe('other 100%')
    expect(seen(ask([route(rules)], '/a/b/c'))).toBe('canary 100%')
    expect(seen(ask([route(rules)], '/a/bc'))).toBe('stable 100%')
    expect(seen(ask([route(rules.slice(0, 1))], '/a/bc'))).toBe('other 50%, stable 50%')
  })

  it('of equal paths: with a method, then with more headers, then with more query parameters', () => {
    const rules = [
      { backendRefs: [to('stable')] },
      { matches: [{ headers: [{ name: 'X-Group', value: 'a' }] }], backendRefs: [to('canary')] },
      { matches: [{ method: 'POST' }], backendRefs: [to('other')] },
      {
        matches: [{ queryParams: [{ name: 'q', type: 'RegularExpression', value: '[0-9]+' }] }],
        backendRefs: [to('other', 1), to('canary', 1)],
      },
    ]
    expect(seen(ask([route(rules)], '/', { method: 'POST', headers: { 'x-group': 'a' } }))).toBe('other 100%')
    expect(seen(ask([route(rules)], '/?q=12', { headers: { 'x-group': 'a' } }))).toBe('canary 100%')
    expect(seen(ask([route(rules)], '/?q=12'))).toBe('other 50%, canary 50%')
    expect(seen(ask([route(rules)], '/?q=12a', { headers: { 'x-group': 'A' } }))).toBe('stable 100%')
  })

  it('of equal matches in several routes: the older route, then by name', () => {
    const young = route([{ backendRefs: [to('canary')] }], { name: 'a', at: '2026-02-01T00:00:00Z' })
    const old = route([{ backendRefs: [to('stable')] }], { name: 'b' })
    expect(seen(ask([young, old], '/'))).toBe('stable 100%')
    expect(seen(ask([{ ...young, metadata: { ...young.metadata, creationTimestamp: '2026-01-01T00:00:00Z' } }, old], '/'))).toBe(
      'canary 100%',
    )
  })

  it('hosts: exact before wildcard, and no falling through to the wider one', () => {
    const exact = route([{ matches: [prefix('/x')], backendRefs: [to('canary')] }], { name: 'exact', hostnames: ['shop.example.com'] })
    const wide = route([{ backendRefs: [to('stable')] }], { name: 'wide', hostnames: ['*.example.com'] })
    expect(seen(ask([exact, wide], '/x', { host: 'Shop.example.com:8080' }))).toBe('canary 100%')
    expect(seen(ask([exact, wide], '/'))).toBe('404 no-route')
    expect(seen(ask([exact, wide], '/', { host: 'a.b.example.com' }))).toBe('stable 100%')
    expect(seen(ask([exact, wide], '/', { host: 'example.com' }))).toBe('unknown host')
  })

  it.each([
    [{ service: 'shop.Cart', method: 'Add' }, '/shop.Cart/Add', '/shop.Cart/Sub'],
    [{ service: 'shop.Cart' }, '/shop.Cart/Sub', '/shop.Cart2/Sub'],
    [{ method: 'Add' }, '/shop.Cart/Add', '/shop.Cart/Add/x'],
    [{ type: 'RegularExpression', service: 'shop\\..*', method: 'A.*' }, '/shop.Cart/Add', '/shopXCart/Add'],
  ])('a gRPC match %j is a path', (method, taken, left) => {
    const routes = [grpc([{ matches: [{ method }], backendRefs: [to('canary')] }])]
    expect(seen(ask(routes, taken, { method: 'POST' }))).toBe('canary 100%')
    expect(seen(ask(routes, left, { method: 'POST' }))).toBe('404 no-route')
  })
})

describe('filters', () => {
  it.each([
    ['/foo', '/foo/bar', '/xyz', '/xyz/bar'],
    ['/foo', '/foo/bar', '/xyz/', '/xyz/bar'],
    ['/foo/', '/foo/bar', '/xyz', '/xyz/bar'],
    ['/foo', '/foo', '/xyz', '/xyz'],
    ['/foo', '/foo/', '/xyz', '/xyz/'],
    ['/foo', '/foo/bar', '', '/bar'],
    ['/foo', '/foo', '', '/'],
    ['/foo', '/foo', '/', '/'],
    ['/', '/bar', '/xyz', '/xyz/bar'],
  ])('the prefix %s of %s replaced by "%s" gives %s', (value, path, replacePrefixMatch, expected) => {
    const filters = [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch } } }]
    const rules = [{ matches: [prefix(value)], filters, backendRefs: [to('stable')] }]
    expect(upstreamPath(ask([route(rules)], `${path}?q=1`))).toBe(`${expected}?q=1`)
  })

  it('of the rule come before those of a backend; values mean what they say', () => {
    const filters = [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'X-A', value: '100%' }], remove: ['X-B'] } }]
    const own = [{ type: 'RequestHeaderModifier', requestHeaderModifier: { add: [{ name: 'x-a', value: 'canary' }] } }]
    const resolution = ask([route([{ filters, backendRefs: [{ ...to('canary'), filters: own }] }])], '/', {
      headers: { 'x-b': '1', 'x-c': '2' },
    })
    expect(resolution).toMatchObject({ backends: [{ upstream: { headers: { 'x-a': '100%,canary', 'x-c': '2' } } }] })
    expect(resolution).not.toMatchObject({ backends: [{ upstream: { headers: { 'x-b': '1' } } }] })
  })

  it('rewrite the host, and redirect with the query kept', () => {
    const rewrite = [{ type: 'URLRewrite', urlRewrite: { hostname: 'inner.example.com' } }]
    expect(ask([route([{ filters: rewrite, backendRefs: [to('stable')] }])], '/')).toMatchObject({
      backends: [{ upstream: { host: 'inner.example.com', path: '/' } }],
    })
    const redirect = [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }]
    expect(ask([route([{ filters: redirect }])], '/a?q=1')).toMatchObject({
      answer: { status: 301, headers: { location: 'https://shop.example.com/a?q=1' } },
    })
  })

  it('mirror a part of the requests', () => {
    const mirror = (more: object) => [{ type: 'RequestMirror', requestMirror: { backendRef: to('other'), ...more } }]
    const share = (more: object): unknown => {
      const resolution = ask([route([{ filters: mirror(more), backendRefs: [to('stable')] }])], '/')
      return resolution.is === 'routed' ? resolution.mirrors[0]?.share : undefined
    }
    expect([share({}), share({ percent: 5 }), share({ fraction: { numerator: 1, denominator: 4 } }), share({ percent: 0 })]).toEqual([
      1, 0.05, 0.25, 0,
    ])
  })

  it('that nobody plays answer 500, and the route is not accepted', () => {
    const odd = route([{ filters: [{ type: 'ExtensionRef' }], backendRefs: [to('stable')] }])
    expect(seen(ask([odd], '/'))).toBe('500 filter')
    expect(judgeRoute(odd, config([odd]))).toMatchObject([
      { conditions: [{ status: 'False', reason: 'UnsupportedValue' }, { status: 'True' }] },
    ])
  })

  it('CORS answers a preflight and marks other answers', () => {
    const filters = [{ type: 'CORS', cors: { allowOrigins: ['https://*.example.com'], allowMethods: ['GET'], maxAge: 60 } }]
    const routes = [route([{ filters, backendRefs: [to('stable')] }])]
    const headers = { origin: 'https://a.example.com', 'access-control-request-method': 'GET' }
    expect(ask(routes, '/', { method: 'OPTIONS', headers })).toMatchObject({
      by: 'cors',
      answer: { headers: { 'access-control-allow-methods': 'GET', 'access-control-max-age': '60' } },
    })
    const answer = ask(routes, '/', { headers })
    const allowed = answer.is === 'routed' ? answer.backends[0]?.responseHeaders({ 'x-a': '1' }) : undefined
    expect(allowed).toEqual({ 'x-a': '1', 'access-control-allow-origin': 'https://a.example.com' })
  })

  it('timeouts are milliseconds; 0s is no limit', () => {
    const timeouts = { request: '1m', backendRequest: '0s' }
    expect(ask([route([{ timeouts, backendRefs: [to('stable')] }])], '/')).toMatchObject({ timeouts: { request: 60_000 } })
    const resolution = ask([route([{ timeouts, backendRefs: [to('stable')] }])], '/')
    expect(resolution.is === 'routed' && resolution.timeouts).not.toHaveProperty('backendRequest')
  })
})

describe('what the controller says of a route', () => {
  const grant: ReferenceGrant = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'ReferenceGrant',
    metadata: { name: 'g', namespace: 'other' },
    spec: { from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' }], to: [{ group: '', kind: 'Service' }] },
  }
  const far = route([{ backendRefs: [{ ...to('pay'), namespace: 'other' }] }])
  const known = [...services, { host: 'pay.other.svc.cluster.local', ports: [80] }]
  const reasons = (more: Partial<GatewayRoutingConfig>): unknown =>
    judgeRoute(far, config([far], { services: known, ...more })).map(({ conditions }) => conditions.map(({ reason }) => reason))

  it('a backend of another namespace needs a grant of that namespace, for this kind of route', () => {
    expect(reasons({})).toEqual([['Accepted', 'RefNotPermitted']])
    expect(reasons({ grants: [grant] })).toEqual([['Accepted', 'ResolvedRefs']])
    expect(reasons({ grants: [{ ...grant, metadata: { name: 'g', namespace: 'shop' } }] })).toEqual([['Accepted', 'RefNotPermitted']])
  })

  it('a Service that is missing is BackendNotFound, in a mirror too', () => {
    expect(reasons({ grants: [grant], services })).toEqual([['Accepted', 'BackendNotFound']])
    const mirrored = route([
      { filters: [{ type: 'RequestMirror', requestMirror: { backendRef: to('gone') } }], backendRefs: [to('stable')] },
    ])
    expect(judgeRoute(mirrored, config([mirrored]))).toMatchObject([{ conditions: [{}, { reason: 'BackendNotFound' }] }])
  })

  it('says nothing about parents that are no Gateways of its own', () => {
    const elsewhere = { ...far, spec: { ...far.spec, parentRefs: [{ name: 'another' }, { group: '', kind: 'Service', name: 'cart' }] } }
    expect(judgeRoute(elsewhere, config([elsewhere]))).toEqual([])
  })
})
