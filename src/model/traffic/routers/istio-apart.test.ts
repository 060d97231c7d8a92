import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import type { HttpMatch, StringMatch, VirtualService } from '../istio/objects.ts'
import { matchesHttp } from '../istio/routing/match.ts'
import { mirrorsOf, routingTable, type Resolution } from '../istio/routing/resolve.ts'
import { validateIstio } from '../istio/validation/validate-istio.ts'
import { isRunCookie, readEntryName, setCookie, type ApartChange, type RequestMatch } from './apart.ts'
import { narrowMatch } from './conjunction.ts'
import { istio } from './istio.ts'
import type { Ours, Outcome } from './router.ts'

const ours: Ours = {
  stable: { host: 'cart', subset: 'stable' },
  canary: { host: 'cart', subset: 'canary' },
  atRest: [{ host: 'cart' }],
}
const cart = { destination: { host: 'cart', port: { number: 80 } } }
const virtualService = (...http: readonly object[]): KubernetesObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { hosts: ['shop.test'], gateways: ['shop/web'], http },
})
const done = <T>(outcome: Outcome<T>): T => {
  if (outcome.is === 'refused') throw new Error(`refused: ${JSON.stringify(outcome.problem)}`)
  return outcome.value
}
const all: Ours = { ...ours, entries: 'all' }
const put = (object: KubernetesObject, own: Ours, ...changes: readonly ApartChange[]): KubernetesObject =>
  changes.reduce((sofar, change) => done(istio.apart.write(sofar, own, change)), done(istio.pin(object, own)))
const route = (name: string, ...match: readonly RequestMatch[]): ApartChange => ({ is: 'headerRoute', name, match })
const beta = route('beta', { headers: { 'X-Beta': { exact: 'yes' } } })
const httpOf = (object: KubernetesObject) => (object as VirtualService).spec.http ?? []

interface Asked {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

const ask = (object: KubernetesObject, { path = '/', method = 'GET', headers = {} }: Asked): Resolution =>
  routingTable(
    { virtualServices: [object as VirtualService] },
    { gateways: ['shop/web'], namespace: 'shop', port: 80 },
  )({ host: 'shop.test', path, method, headers })

/** Where the requests go: `cart/canary 100`. */
const where = (object: KubernetesObject, asked: Asked): string => {
  const answer = ask(object, asked)
  if (answer.is !== 'routed') return answer.is
  return answer.destinations.map(({ share, row }) => `${row.destination.host}/${row.destination.subset ?? ''} ${share * 100}`).join(', ')
}

describe('header routes in a VirtualService', () => {
  it('lead requests that carry the header to the canary, and nobody else', () => {
    const object = put(virtualService({ route: [cart] }), ours, beta)

    expect(where(object, { headers: { 'x-beta': 'yes' } })).toBe('cart/canary 100')
    expect(where(object, { headers: { 'x-beta': 'no' } })).toBe('cart/stable 100')
    expect(where(object, {})).toBe('cart/stable 100')
    expect(validateIstio(object).errors).toEqual([])
  })

  it.each<[string, RequestMatch, Asked, Asked]>([
    ['a prefix of a header', { headers: { agent: { prefix: 'Sluice' } } }, { headers: { agent: 'Sluice/2' } }, { headers: { agent: 'X' } }],
    ['an expression', { headers: { 'x-user': { regex: '[0-4]+' } } }, { headers: { 'x-user': '31' } }, { headers: { 'x-user': '91' } }],
    ['a cookie', { cookie: { name: 'beta' } }, { headers: { cookie: 'a=b; beta=1; c=d' } }, { headers: { cookie: 'notbeta=1' } }],
    [
      "a cookie's value",
      { cookie: { name: 'who', value: 'a.b' } },
      { headers: { cookie: 'who=a.b' } },
      { headers: { cookie: 'who=axb; x=who=a.b' } },
    ],
    ['a path', { uri: { exact: '/new' } }, { path: '/new?x=1' }, { path: '/new/one' }],
    ['a method', { method: 'DELETE' }, { method: 'DELETE' }, { method: 'GET' }],
    [
      'several at once',
      { headers: { a: { exact: '1' } }, method: 'GET', uri: { prefix: '/x' } },
      { path: '/x/y', headers: { a: '1' } },
      { path: '/y', headers: { a: '1' } },
    ],
  ])('know requests by %s', (_, match, yes, no) => {
    const object = put(virtualService({ route: [cart] }), ours, route('some', match))

    expect(where(object, yes)).toBe('cart/canary 100')
    expect(where(object, no)).toBe('cart/stable 100')
    expect(validateIstio(object).errors).toEqual([])
  })

  it('inherit what the managed entry does with its requests', () => {
    const settings = {
      rewrite: { uri: '/api' },
      timeout: '3s',
      retries: { attempts: 4 },
      corsPolicy: { allowOrigins: [{ exact: 'https://a.test' }] },
      headers: { request: { set: { via: 'us' } } },
      mirror: { host: 'shadow' },
      novel: 1,
    }
    const [entry] = httpOf(
      put(virtualService({ name: 'web', match: [{ uri: { prefix: '/cart' } }], ...settings, route: [cart] }), ours, beta),
    )

    expect(entry).toMatchObject({ ...settings, match: [{ uri: { prefix: '/cart' }, headers: { 'X-Beta': { exact: 'yes' } } }] })
    expect(readEntryName(entry?.name)).toMatchObject({ is: 'route', name: 'beta', entry: 1 })
  })

  it('stand before each managed entry, and take from none but these', () => {
    const object = put(
      virtualService(
        { name: 'assets', match: [{ uri: { prefix: '/assets' } }], route: [{ destination: { host: 'assets' } }] },
        { name: 'api', match: [{ uri: { prefix: '/api' } }, { uri: { exact: '/status' }, method: { exact: 'GET' } }], route: [cart] },
        { name: 'gone', match: [{ uri: { prefix: '/old' } }], redirect: { uri: '/' } },
        { name: 'rest', route: [cart] },
      ),
      all,
      beta,
    )
    const headers = { 'x-beta': 'yes' }

    expect(httpOf(object).map(({ name }) => name?.replace(/\.\w+\.(?=\d)/, '.#.'))).toEqual([
      'assets',
      'sluice-route.beta.#.1',
      'api',
      'gone',
      'sluice-route.beta.#.2',
      'rest',
    ])
    expect(where(object, { path: '/assets/x', headers })).toBe('assets/ 100')
    expect(where(object, { path: '/api/x', headers })).toBe('cart/canary 100')
    expect(where(object, { path: '/status', headers })).toBe('cart/canary 100')
    expect(ask(object, { path: '/old', headers })).toMatchObject({ by: 'redirect' })
    expect(where(object, { path: '/other', headers })).toBe('cart/canary 100')
  })

  it('are left out of an entry that never gets such requests, and refused where none does', () => {
    const object = virtualService(
      { name: 'api', match: [{ uri: { prefix: '/api' } }], route: [cart] },
      { name: 'web', match: [{ uri: { prefix: '/web' } }], route: [cart] },
    )

    expect(httpOf(put(object, all, route('old', { uri: { prefix: '/web/old' } })))).toHaveLength(3)
    expect(istio.apart.write(done(istio.pin(object, all)), all, route('no', { uri: { prefix: '/no' } }))).toMatchObject({
      problem: { is: 'no-such-requests', route: 'no' },
    })
  })

  it('are refused where one condition cannot say both, and where their name is taken', () => {
    const regex = virtualService({ match: [{ uri: { regex: '/a.*' } }], route: [cart] })
    expect(istio.apart.write(done(istio.pin(regex, ours)), ours, route('x', { uri: { prefix: '/ab' } }))).toMatchObject({
      problem: { is: 'not-expressible' },
    })
    const [own] = httpOf(put(virtualService({ route: [cart] }), ours, beta))
    const taken = virtualService({ name: own?.name, route: [{ destination: { host: 'other' } }] }, { name: 'web', route: [cart] })
    expect(istio.apart.write(done(istio.pin(taken, { ...ours, entries: ['web'] })), { ...ours, entries: ['web'] }, beta)).toMatchObject({
      problem: { is: 'name-taken', entry: own?.name },
    })
  })

  it('lead past a stranger in the entry', () => {
    const shared = virtualService({
      route: [
        { destination: { host: 'legacy' }, weight: 30 },
        { ...cart, weight: 70 },
      ],
    })

    expect(where(put(shared, ours, beta), { headers: { 'x-beta': 'yes' } })).toBe('cart/canary 100')
  })
})

describe('a mirror', () => {
  const safe = virtualService({ match: [{ method: { exact: 'GET' } }, { method: { regex: 'GET|HEAD' } }], route: [cart] })
  const mirror = (percent: number): ApartChange => ({ is: 'mirror', percent, allowUnsafeMethods: false })

  it('copies a part of what an entry of safe methods takes', () => {
    const [entry] = httpOf(put(safe, ours, mirror(30)))

    expect(mirrorsOf(entry ?? {})).toEqual([{ destination: { host: 'cart', subset: 'canary', port: { number: 80 } }, share: 0.3 }])
    expect(validateIstio(put(safe, ours, mirror(30))).errors).toEqual([])
  })

  it('joins the mirrors of others, and is refused beside a lone one', () => {
    const withMirrors = virtualService({ ...httpOf(safe)[0], mirrors: [{ destination: { host: 'shadow' } }] })
    const withOne = virtualService({ ...httpOf(safe)[0], mirror: { host: 'shadow' } })

    expect(mirrorsOf(httpOf(put(withMirrors, ours, mirror(30)))[0] ?? {})).toHaveLength(2)
    expect(put(withMirrors, ours, mirror(30), mirror(0))).toEqual(done(istio.pin(withMirrors, ours)))
    expect(istio.apart.write(done(istio.pin(withOne, ours)), ours, mirror(30))).toMatchObject({ problem: { is: 'not-expressible' } })
  })

  it('leaves out entries that also write, and follows the users who stay on stable', () => {
    const split = virtualService({ name: 'read', match: [{ method: { exact: 'GET' } }], route: [cart] }, { name: 'rest', route: [cart] })
    const sticky: ApartChange = { is: 'sticky', sticky: { cookie: 'v', maxAge: 60, execution: 'k3f9', draws: { canary: 1, stable: 1 } } }
    const mirrored = (object: KubernetesObject): readonly string[] =>
      httpOf(object).flatMap(entry => (mirrorsOf(entry).length > 0 ? [entry.name ?? ''] : []))

    expect(mirrored(put(split, all, mirror(30)))).toEqual(['read'])
    expect(mirrored(put(split, all, sticky, mirror(30)))).toEqual(['sluice-sticky.stable.1.1', 'read'])
    expect(mirrored(put(split, all, mirror(30), sticky))).toEqual(['sluice-sticky.stable.1.1', 'read'])
    expect(mirrored(put(split, all, mirror(30), sticky, mirror(0)))).toEqual([])
  })

  it("does not copy the canary's own requests to it once more", () => {
    const object = put(safe, ours, mirror(30), beta)

    expect(mirrorsOf(httpOf(object)[0] ?? {})).toEqual([])
    expect(mirrorsOf(httpOf(object)[1] ?? {})).toHaveLength(1)
  })

  it('to the canary that stands before the run is told from none, and refused', () => {
    const mirrored = virtualService({ mirror: { host: 'cart', subset: 'canary' }, route: [cart] })

    expect(istio.pin(mirrored, ours)).toMatchObject({ problem: { is: 'not-expressible' } })
  })
})

describe('sticky users', () => {
  const sticky = { cookie: 'cart-version', maxAge: 60, execution: 'k3f9', draws: { canary: 2, stable: 7 } }
  const kept = (object: KubernetesObject): KubernetesObject => put(object, ours, { is: 'sticky', sticky })
  const split = done(
    istio.writeSplit(virtualService({ route: [cart] }), ours, [
      { to: 'stable', weight: 90 },
      { to: 'canary', weight: 10 },
    ]),
  )
  const object = done(istio.apart.write(split, ours, { is: 'sticky', sticky }))

  it('are led to their side by the cookie that it gave them', () => {
    const [canary = '', stable = ''] = (['canary', 'stable'] as const).map(side => setCookie(sticky, side).split(';')[0])

    expect(where(object, { headers: { cookie: canary } })).toBe('cart/canary 100')
    expect(where(object, { headers: { cookie: `a=b; ${stable}` } })).toBe('cart/stable 100')
    expect(where(object, { headers: { cookie: canary.replace('-2', '-1') } })).toBe('cart/stable 90, cart/canary 10')
    expect(validateIstio(object).errors).toEqual([])
  })

  it('get it from whom the draw gave them, beside the cookies of the application', () => {
    const rows = httpOf(object).at(-1)?.route ?? []

    expect(rows.map(row => row.headers?.response?.add?.['Set-Cookie'])).toEqual([setCookie(sticky, 'stable'), setCookie(sticky, 'canary')])
    expect(rows.every(row => isRunCookie(row.headers?.response?.add?.['Set-Cookie']))).toBe(true)
  })

  it('still meet a stranger of the entry as often as everybody', () => {
    const shared = virtualService({
      route: [
        { destination: { host: 'legacy' }, weight: 30 },
        { ...cart, weight: 70 },
      ],
    })
    const cookie = setCookie(sticky, 'canary').split(';')[0] ?? ''

    expect(where(kept(shared), { headers: { cookie } })).toBe('legacy/ 30, cart/canary 70')
  })

  it('are refused where a destination adds a cookie of its own', () => {
    const own = virtualService({ route: [{ ...cart, headers: { response: { add: { 'set-cookie': 'a=b' } } } }] })

    expect(istio.apart.write(done(istio.pin(own, ours)), ours, { is: 'sticky', sticky })).toMatchObject({
      problem: { is: 'not-expressible' },
    })
  })
})

describe('narrowed conditions', () => {
  const text = fc.constantFrom('/', '/a', '/ab', '/A', '/a/b', '/b')
  const match = fc.oneof(
    text.map((exact): StringMatch => ({ exact })),
    text.map((prefix): StringMatch => ({ prefix })),
    fc.constantFrom<StringMatch>({ regex: '/a.*' }, { regex: '.*' }),
  )
  const conditions = fc.record(
    { uri: match, method: fc.constantFrom<StringMatch>({ exact: 'GET' }, { regex: 'GET|PUT' }), headers: fc.record({ x: match }) },
    { requiredKeys: [] },
  )

  it('take exactly the requests that fulfil both', () => {
    fc.assert(
      fc.property(conditions, conditions, text, text, fc.constantFrom('GET', 'PUT'), (own, by, path, x, method) => {
        const request = { host: 'shop.test', path, method, headers: { x } }
        const both = narrowMatch(own as HttpMatch, by)
        if (both.is === 'unsayable') return
        const wanted = matchesHttp(own as HttpMatch, request) && matchesHttp(by as HttpMatch, request)
        expect(both.is === 'one' && matchesHttp(both.match, request)).toBe(wanted)
      }),
      { numRuns: 500 },
    )
  })
})
