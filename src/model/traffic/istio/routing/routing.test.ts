import { describe, expect, it } from 'vitest'
import type { HttpMatch, HttpRoute, VirtualService } from '../objects.ts'
import { compileMatch, isCatchAll, matchesHttp } from './match.ts'
import { prepareRequest, type RoutedRequest } from './request.ts'
import { mirrorsOf, resolveRequest, routingTable, type Caller, type Resolution } from './resolve.ts'
import { mergeRoutes, routesFor } from './routes.ts'
import { hostTable } from './host-table.ts'

interface Meta {
  readonly name?: string
  readonly namespace?: string
  readonly created?: string
}
const virtualService = (
  spec: Partial<VirtualService['spec']>,
  { name = 'cart', namespace = 'shop', created }: Meta = {},
): VirtualService => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name, namespace, ...(created ? { creationTimestamp: created } : {}) },
  spec: { hosts: ['shop.test'], ...spec },
})
const to = (host: string, more: object = {}): HttpRoute => ({ route: [{ destination: { host, port: { number: 80 } } }], ...more })
const gateway: Caller = { gateways: ['shop/web'], namespace: 'shop', port: 80 }
const get = (path: string, more: Partial<RoutedRequest> = {}): RoutedRequest => ({ host: 'shop.test', path, ...more })
const resolve = (http: readonly HttpRoute[], request: RoutedRequest, caller = gateway): Resolution =>
  resolveRequest({ virtualServices: [virtualService({ gateways: ['web'], http })] }, caller, request)
const hosts = (resolution: Resolution): unknown =>
  resolution.is === 'routed' ? resolution.destinations.map(({ host }) => host.split('.')[0]) : resolution

describe('a match', () => {
  const cases: readonly (readonly [HttpMatch, Partial<RoutedRequest>, boolean])[] = [
    [{ uri: { prefix: '/v2' } }, { path: '/v2example?x' }, true],
    [{ uri: { prefix: '/V2' }, ignoreUriCase: true }, { path: '/v2/a' }, true],
    [{ uri: { exact: '/A' }, ignoreUriCase: true }, { path: '/a' }, true],
    [{ uri: { regex: '/A' }, ignoreUriCase: true }, { path: '/a' }, false],
    [{ uri: { regex: '/(a|b)+' } }, { path: '/ab#c' }, true],
    [{ uri: { regex: '/a' } }, { path: '/ab' }, false],
    [{ uri: {} }, { path: '/any' }, true],
    [{ method: { prefix: 'P' } }, { path: '/', method: 'PUT' }, true],
    [{ method: { exact: 'GET' } }, { path: '/' }, true],
    [{ scheme: { exact: 'https' } }, { path: '/' }, false],
    [{ authority: { regex: 'shop\\..*' } }, { path: '/' }, true],
    [{ headers: { Host: { exact: 'shop.test' } } }, { path: '/' }, true],
    [{ headers: { 'X-User': { exact: 'Me' } } }, { path: '/', headers: { 'x-user': 'Me' } }, true],
    [{ headers: { 'x-user': { exact: 'me' } } }, { path: '/', headers: { 'x-user': 'Me' } }, false],
    [{ headers: { 'x-user': {} } }, { path: '/' }, false],
    [{ headers: { ':path': { exact: '/a?b=c' } } }, { path: '/a?b=c' }, true],
    [{ headers: { '@request.auth.claims.group': { exact: 'x' } } }, { path: '/' }, false],
    [{ withoutHeaders: { '@request.auth.claims.group': { exact: 'x' } } }, { path: '/' }, true],
    [{ withoutHeaders: { 'x-user': { prefix: 'm' } } }, { path: '/' }, true],
    [{ withoutHeaders: { 'x-user': { prefix: 'm' } } }, { path: '/', headers: { 'x-user': 'me' } }, false],
    [{ withoutHeaders: { 'x-user': { regex: '.*' } } }, { path: '/' }, false],
    [{ withoutHeaders: { 'x-user': { regex: '*' } } }, { path: '/' }, true],
    [{ withoutHeaders: { 'x-user': {} } }, { path: '/', headers: { 'x-user': '' } }, false],
    [{ withoutHeaders: { 'x-user': null } }, { path: '/' }, true],
    [{ queryParams: { v: { exact: '2' } } }, { path: '/?v=2&v=3' }, true],
    [{ queryParams: { v: { regex: '2|3' } } }, { path: '/?a&v=3' }, true],
    [{ queryParams: { a: {} } }, { path: '/?a' }, true],
    [{ queryParams: { v: { prefix: '2' } } }, { path: '/' }, false],
    [{ uri: { prefix: '/a' }, method: { exact: 'PUT' } }, { path: '/a' }, false],
  ]

  it.each(cases)('%j on %j: %s', (match, request, taken) => {
    expect(matchesHttp(match, { host: 'shop.test', path: '/', ...request })).toBe(taken)
  })

  it.each([
    [undefined, true],
    [{}, true],
    [{ uri: { prefix: '/' } }, true],
    [{ uri: { regex: '.*' } }, true],
    [{ uri: { prefix: '/' }, headers: { a: {} } }, false],
    [{ uri: { prefix: '/a' } }, false],
    [{ method: { exact: 'GET' } }, false],
    [{ queryParams: {} }, true],
  ])('%j takes everything: %s', (match, everything) => {
    expect(isCatchAll(match)).toBe(everything)
  })

  it('is compiled once for many requests', () => {
    const takes = compileMatch({ uri: { regex: '/v[0-9]+' } })
    expect(['/v1', '/v22', '/w'].map(path => takes(prepareRequest(get(path))))).toEqual([true, true, false])
  })
})

describe('who gets routes', () => {
  const http: readonly HttpRoute[] = [
    to('gateway', { match: [{ gateways: ['web'], sourceLabels: { app: 'never asked' } }] }),
    to('labelled', { match: [{ sourceLabels: { app: 'web' }, sourceNamespace: 'front' }] }),
    to('port', { match: [{ port: 8080 }] }),
    to('rest'),
  ]
  const service = virtualService({ hosts: ['cart'], gateways: ['web', 'mesh'], http })
  const ask = (caller: Caller): unknown => hosts(resolveRequest({ virtualServices: [service] }, caller, { host: 'cart.shop', path: '/' }))

  it('decides by gateway, source and port, and not by what the request says', () => {
    expect(ask({ namespace: 'front', labels: { app: 'web' }, port: 80 })).toEqual(['labelled'])
    expect(ask({ namespace: 'back', labels: { app: 'web' }, port: 80 })).toEqual(['rest'])
    expect(ask({ namespace: 'front', port: 8080 })).toEqual(['port'])
    expect(hosts(resolveRequest({ virtualServices: [service] }, gateway, { host: 'cart.shop.svc.cluster.local', path: '/' }))).toEqual([
      'gateway',
    ])
  })

  it('leaves out what stands behind a catch-all', () => {
    const routes = routesFor(
      virtualService({ http: [to('a', { match: [{ uri: { prefix: '/' } }, { uri: { prefix: '/b' } }] }), to('c')] }),
      {
        gateways: ['mesh'],
        port: 80,
        namespace: 'shop',
        labels: {},
      },
    )
    expect(routes.map(({ routeIndex, matchIndex }) => [routeIndex, matchIndex])).toEqual([[0, 0]])
    expect(mergeRoutes([routes, routes])).toHaveLength(2)
  })

  it('shows a VirtualService only where it is exported', () => {
    const own = virtualService({ hosts: ['cart'], exportTo: ['.'], http: [to('own')] })
    expect(hosts(resolveRequest({ virtualServices: [own] }, { namespace: 'shop', port: 80 }, { host: 'cart', path: '/' }))).toEqual(['own'])
    expect(resolveRequest({ virtualServices: [own] }, { namespace: 'front', port: 80 }, { host: 'cart.shop', path: '/' })).toEqual({
      is: 'unknown-host',
    })
  })
})

describe('several VirtualServices for one host', () => {
  const older = virtualService({ gateways: ['web'], http: [to('old'), to('hidden')] }, { name: 'z', created: '2026-01-01T00:00:00Z' })
  const newer = virtualService(
    { gateways: ['web'], http: [to('a', { match: [{ uri: { prefix: '/a' } }] }), to('new')] },
    { name: 'a', created: '2026-01-02T00:00:00Z' },
  )

  it('are merged at a gateway: oldest first, catch-alls behind', () => {
    const table = routingTable({ virtualServices: [newer, older] }, gateway)
    expect(hosts(table(get('/a')))).toEqual(['a'])
    expect(hosts(table(get('/b')))).toEqual(['old'])
  })

  it('exclude each other at a sidecar: a private one wins, then the oldest', () => {
    const named = (service: VirtualService, exportTo?: readonly string[]): VirtualService => ({
      ...service,
      spec: { ...service.spec, gateways: ['mesh'], hosts: ['cart'], ...(exportTo ? { exportTo } : {}) },
    })
    const ask = (...virtualServices: VirtualService[]): unknown =>
      hosts(resolveRequest({ virtualServices }, { namespace: 'shop', port: 80 }, { host: 'cart', path: '/a' }))
    expect(ask(named(newer), named(older))).toEqual(['old'])
    expect(ask(named(newer, ['.']), named(older))).toEqual(['a'])
  })

  it('have their hosts alone: no falling through from a.test to *', () => {
    const narrow = virtualService({ gateways: ['web'], hosts: ['a.test'], http: [to('a', { match: [{ uri: { prefix: '/a' } }] })] })
    const wide = virtualService({ gateways: ['web'], hosts: ['*'], http: [to('wide')] }, { name: 'wide' })
    const table = routingTable({ virtualServices: [narrow, wide] }, gateway)
    expect(table({ host: 'a.test', path: '/b' })).toMatchObject({ by: 'no-route', answer: { status: 404 } })
    expect(hosts(table({ host: 'b.test:8443', path: '/b' }))).toEqual(['wide'])
  })
})

it('finds the exact host, then the longest wildcard, then the star', () => {
  const find = hostTable(['a.b.test', '*.test', '*.b.test', '*-eu.b.test', '*'].map(domain => [domain, domain] as const))
  const found = ['A.b.test', 'x.b.test', 'x-eu.b.test', 'x.test:80', 'b.test', 'other', '*.test'].map(find)
  expect(found).toEqual(['a.b.test', '*.b.test', '*-eu.b.test', '*.test', '*.test', '*', '*.test'])
  expect(hostTable([['a', 1]])('b')).toBeUndefined()
})

describe('answers of the proxy itself', () => {
  const location = (redirect: object, request: RoutedRequest, port = 80): unknown => {
    const resolution = resolve([{ match: [{ uri: { prefix: '/foo/' } }, {}], redirect }], request, { ...gateway, port })
    return resolution.is === 'answered' ? [resolution.answer.status, resolution.answer.headers['location']] : resolution
  }

  it('redirects with path, query, host, port and scheme as Envoy does', () => {
    expect(location({ uri: '/new' }, get('/old?a=b'))).toEqual([301, 'http://shop.test/new?a=b'])
    expect(location({ uri: '/new?c=d', redirectCode: 308 }, get('/old?a=b'))).toEqual([308, 'http://shop.test/new?c=d'])
    expect(location({ prefixRewrite: '/new/' }, get('/foo/bar?a'))).toEqual([301, 'http://shop.test/new/bar?a'])
    expect(location({ authority: 'other.test' }, get('/x'))).toEqual([301, 'http://other.test/x'])
    expect(location({ scheme: 'https', derivePort: 'FROM_REQUEST_PORT' }, get('/x'))).toEqual([301, 'https://shop.test:80/x'])
    expect(location({ derivePort: 'FROM_REQUEST_PORT' }, get('/x', { host: 'shop.test:80' }))).toEqual([301, 'http://shop.test:80/x'])
    expect(location({ derivePort: 'FROM_REQUEST_PORT' }, get('/x'), 85)).toEqual([301, 'http://shop.test:85/x'])
    expect(location({ scheme: 'https' }, get('/x', { host: 'shop.test:80' }))).toEqual([301, 'https://shop.test/x'])
    expect(location({ port: 8443 }, get('/x', { host: 'shop.test:80' }))).toEqual([301, 'http://shop.test:8443/x'])
  })

  it('answers directly, with text or bytes', () => {
    const body = (content: object): unknown => resolve([{ directResponse: { status: 503, body: content } }], get('/'))
    expect(body({ string: 'closed' })).toMatchObject({ by: 'direct-response', answer: { status: 503, body: 'closed' } })
    expect(body({ bytes: btoa('closed') })).toMatchObject({ answer: { body: 'closed' } })
  })

  it('aborts all requests by itself, a part of them beside the route, and none without a percentage', () => {
    const abort = (fault: object): Resolution => resolve([to('cart', { fault })], get('/'))
    expect(abort({ abort: { httpStatus: 418, percentage: { value: 100 } } })).toMatchObject({ by: 'fault', answer: { status: 418 } })
    expect(abort({ abort: { grpcStatus: 'UNAVAILABLE', percentage: { value: 100 } } })).toMatchObject({ answer: { status: 503 } })
    expect(abort({ abort: { httpStatus: 500, percentage: { value: 25 } } })).toMatchObject({
      is: 'routed',
      fault: { abort: { status: 500, share: 0.25 } },
    })
    expect(abort({ delay: { fixedDelay: '1.5s', percentage: { value: 10 } } })).toMatchObject({
      fault: { delay: { milliseconds: 1500, share: 0.1 } },
    })
    expect(abort({ abort: { httpStatus: 500 }, delay: { fixedDelay: '1s' } })).not.toHaveProperty('fault')
  })

  it('answers preflights of allowed origins, and passes on or swallows the others', () => {
    const ask = (policy: object, origin: string, method = 'OPTIONS'): Resolution =>
      resolve([to('cart', { corsPolicy: policy })], get('/', { method, headers: { origin, 'access-control-request-method': 'PUT' } }))
    const policy = { allowOrigins: [{ regex: 'https://.*' }], allowCredentials: true, exposeHeaders: ['x-a'], maxAge: '1m' }
    expect(ask(policy, 'https://a.test')).toMatchObject({
      by: 'cors',
      answer: { status: 200, headers: { 'access-control-max-age': '60', 'access-control-allow-credentials': 'true' } },
    })
    expect(ask(policy, 'https://a.test', 'GET')).toMatchObject({
      is: 'routed',
      responseHeaders: { 'access-control-expose-headers': 'x-a' },
    })
    expect(ask(policy, 'http://a.test')).toMatchObject({ is: 'routed', responseHeaders: {} })
    expect(ask({ ...policy, unmatchedPreflights: 'IGNORE' }, 'http://a.test')).toMatchObject({ by: 'cors', answer: { headers: {} } })
    expect(ask({ allowOrigin: ['*'] }, 'http://a.test')).toMatchObject({ by: 'cors' })
  })

  it('says that a proxy refuses an entry whose destinations have no weight, or that redirects with an unknown code', () => {
    const rows = ['a', 'b'].map(host => ({ destination: { host }, weight: 0 }))
    expect(resolve([{ route: rows }], get('/'))).toMatchObject({ is: 'refused' })
    expect(resolve([{ redirect: { uri: '/x', redirectCode: 305 } }], get('/'))).toMatchObject({ is: 'refused' })
    expect(hosts(resolve([{ route: rows.slice(1) }], get('/')))).toEqual(['b'])
  })
})

describe('what a destination gets', () => {
  const upstream = (entry: Partial<HttpRoute>, request: RoutedRequest): unknown => {
    const resolution = resolve([{ ...to('cart'), ...entry }], request)
    return resolution.is === 'routed' ? resolution.destinations.map(each => each.upstream) : resolution
  }

  it('rewrites prefixes, whole paths and by expression', () => {
    const path = (entry: Partial<HttpRoute>, asked: string): unknown => (upstream(entry, get(asked)) as { path: string }[])[0]?.path
    expect(path({ match: [{ uri: { prefix: '/api/' } }], rewrite: { uri: '/' } }, '/api/a?b')).toBe('/a?b')
    expect(path({ match: [{ uri: { regex: '/api/.*' } }], rewrite: { uri: '/x' } }, '/api/a?b')).toBe('/x?b')
    expect(path({ rewrite: { uri: '/new/' } }, '/a')).toBe('/new/a')
    expect(path({ rewrite: { uriRegexRewrite: { match: '^/s/([^/]+)(/.*)$', rewrite: '\\2/of/\\1' } } }, '/s/me/x?y')).toBe('/x/of/me?y')
  })

  it('sets, adds and removes headers: of one destination behind the entry, of several before it', () => {
    const row = { destination: { host: 'cart' }, headers: { request: { set: { 'X-A': 'row', Host: 'row.test' }, remove: ['x-gone'] } } }
    const entry = { headers: { request: { set: { 'x-a': '100%%' }, add: { 'x-b': '2' } } } }
    const request = get('/', { headers: { 'x-b': '1', 'x-gone': '1' } })
    expect(upstream({ ...entry, route: [row] }, request)).toMatchObject([{ host: 'row.test', headers: { 'x-a': 'row', 'x-b': '1,2' } }])
    const two = [
      { ...row, weight: 1 },
      { destination: { host: 'other' }, weight: 1 },
    ]
    expect(upstream({ ...entry, route: two }, request)).toEqual([
      { host: 'row.test', path: '/', headers: { 'x-a': '100%', 'x-b': '1,2' } },
      { host: 'shop.test', path: '/', headers: { 'x-a': '100%', 'x-b': '1,2', 'x-gone': '1' } },
    ])
  })

  it('names the cluster by the port that is written, the only one of the service, or that of the listener', () => {
    const route = ['written', 'single', 'double'].map(host => ({
      destination: { host, ...(host === 'written' ? { port: { number: 9 } } : {}) },
      weight: 1,
    }))
    const services = [
      { host: 'single.shop.svc.cluster.local', ports: [8080] },
      { host: 'double.shop.svc.cluster.local', ports: [1, 2] },
    ]
    const resolution = resolveRequest(
      { virtualServices: [virtualService({ gateways: ['web'], http: [{ route }] })], services },
      { ...gateway, port: 443 },
      get('/'),
    )
    expect(resolution.is === 'routed' && resolution.destinations.map(({ cluster }) => cluster.split('.')[0])).toEqual([
      'outbound|9||written',
      'outbound|8080||single',
      'outbound|443||double',
    ])
  })

  it('sends copies where and as often as the mirrors say', () => {
    expect(mirrorsOf({ mirror: { host: 'a' } })).toMatchObject([{ share: 1 }])
    expect(mirrorsOf({ mirror: { host: 'a' }, mirrorPercentage: { value: 0 } })).toEqual([])
    expect(
      mirrorsOf({ mirrors: [{ destination: { host: 'a' }, percentage: { value: 5 } }, { destination: { host: 'b' } }] }),
    ).toMatchObject([{ share: 0.05 }, { share: 1 }])
  })
})

it('a service of which no VirtualService speaks gets its requests as they are', () => {
  const services = [{ host: 'plain.shop.svc.cluster.local', ports: [80] }]
  const table = routingTable({ virtualServices: [], services }, { namespace: 'shop', port: 80 })
  expect(table({ host: 'plain', path: '/x' })).toMatchObject({
    is: 'routed',
    destinations: [{ cluster: 'outbound|80||plain.shop.svc.cluster.local', share: 1, upstream: { path: '/x' } }],
  })
})

it('manifests without a namespace are of `default`', () => {
  const { metadata, ...rest } = virtualService({ hosts: ['cart'], gateways: ['web', 'mesh'], http: [to('cart')] })
  const manifest: VirtualService = { ...rest, metadata: { name: metadata.name } }
  expect(
    hosts(
      resolveRequest(
        { virtualServices: [manifest] },
        { gateways: ['web'], port: 80 },
        { host: 'cart.default.svc.cluster.local', path: '/' },
      ),
    ),
  ).toEqual(['cart'])
  expect(
    hosts(resolveRequest({ virtualServices: [manifest] }, { namespace: 'front', port: 80 }, { host: 'cart.default', path: '/' })),
  ).toEqual(['cart'])
})
