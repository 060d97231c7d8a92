import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { pinnedRows } from '../rows.ts'
import { apartContract } from './apart.contract.ts'
import { istio } from './istio.ts'
import { routerContract, type RouterExamples } from './router.contract.ts'
import type { Ours } from './router.ts'

const ours: Ours = {
  stable: { host: 'cart-svc', subset: 'stable' },
  canary: { host: 'cart-svc', subset: 'canary' },
  atRest: [{ host: 'cart-svc' }, { host: 'cart-svc', subset: 'v1' }],
  literals: [{ host: 'cart-svc', subset: 'eu-west', port: 8080 }],
}

const virtualService = (...http: readonly object[]): KubernetesObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'cart', namespace: 'shop', resourceVersion: '7' },
  spec: { hosts: ['shop.test'], gateways: ['shop'], http, later: { than: 'us' } },
})
const entry = (...route: readonly object[]): object => ({ match: [{ uri: { prefix: '/' } }], retries: { attempts: 2 }, route, novel: 1 })
const to = (host: string, subset?: string): object => ({ host, ...(subset ? { subset } : {}) })

const examples: RouterExamples = {
  ours,
  bare: virtualService(entry({ destination: { host: 'cart-svc', port: { number: 80 } }, headers: { request: { set: { a: 'b' } } } })),
  shared: virtualService(entry({ destination: to('legacy'), weight: 30 }, { destination: to('cart-svc'), weight: 70 })),
  joined: object => {
    const items = (object.spec as { http: { route: { weight: number }[] }[] }).http[0]?.route ?? []
    return virtualService(entry(...items.map(item => ({ ...item, weight: 0.8 * item.weight })), { destination: to('new'), weight: 20 }))
  },
  strange: virtualService(entry({ destination: to('other') })),
}
routerContract(istio, examples)
apartContract(istio, { ...examples, mirrors: true, sticky: true })

const route = (object: KubernetesObject, index = 0): unknown => (object.spec as { http: { route: unknown }[] }).http[index]?.route
const value = <T = KubernetesObject>(outcome: { is: string; value?: T }): T => {
  expect(outcome).toMatchObject({ is: 'done' })
  return outcome.value!
}

describe('pin', () => {
  it('inherits host, port and settings of the one destination for both rows', () => {
    const headers = { request: { set: { a: 'b' } } }
    const full = virtualService(entry({ destination: { host: 'cart-svc.shop.svc.cluster.local', port: { number: 80 } }, headers }))
    expect(route(value(istio.pin(full, ours)))).toEqual([
      { destination: { host: 'cart-svc.shop.svc.cluster.local', subset: 'stable', port: { number: 80 } }, weight: 100, headers },
      { destination: { host: 'cart-svc.shop.svc.cluster.local', subset: 'canary', port: { number: 80 } }, weight: 0, headers },
    ])
  })

  it('takes the destination whose subset selects stable pods where the route is already split', () => {
    const split = virtualService(entry({ destination: to('cart-svc', 'v1'), weight: 3 }, { destination: to('cart-svc', 'v9'), weight: 1 }))
    expect(route(value(istio.pin(split, ours)))).toEqual([
      { destination: to('cart-svc', 'stable'), weight: 75 },
      { destination: to('cart-svc', 'canary'), weight: 0 },
      { destination: to('cart-svc', 'v9'), weight: 25 },
    ])
  })

  it('takes over the rows that the seed system left behind', () => {
    const left = virtualService(
      entry({ destination: to('cart-svc', 'canary'), weight: 40 }, { destination: to('cart-svc', 'stable'), weight: 60 }),
    )
    const both = { ...ours, atRest: [...ours.atRest, { host: 'cart-svc', subset: 'stable' }] }
    expect(route(value(istio.pin(left, both)))).toEqual([
      { destination: to('cart-svc', 'stable'), weight: 100 },
      { destination: to('cart-svc', 'canary'), weight: 0 },
    ])
  })

  it.each([
    [
      'several of ours',
      [
        { destination: to('cart-svc'), weight: 1 },
        { destination: to('cart-svc', 'v1'), weight: 1 },
      ],
      'several-ours',
    ],
    ['a lone subset that selects other pods', [{ destination: to('cart-svc', 'v9') }], 'none-ours'],
    ['ours at weight 0', [{ destination: to('cart-svc') }, { destination: to('legacy'), weight: 1 }], 'without-weight'],
    [
      'a literal that stands there',
      [
        { destination: to('cart-svc'), weight: 1 },
        { destination: to('cart-svc', 'eu-west'), weight: 1 },
      ],
      'literal-stands',
    ],
    ['no destination', [], 'no-destination'],
    ['a blank host', [{ destination: to(' ') }], 'blank-host'],
  ])('refuses %s', (_, rows, problem) => {
    expect(istio.pin(virtualService(entry(...rows)), ours)).toMatchObject({ is: 'refused', problem: { is: problem } })
  })
})

describe('writeSplit', () => {
  const pinned = value(istio.pin(virtualService(entry({ destination: { host: 'cart-svc', port: { number: 80 } } })), ours))

  it('gives a literal row its own port, else the present one; rows that are not named disappear', () => {
    const literal = { host: 'cart-svc', subset: 'eu-west', port: 8080 }
    const first = value(
      istio.writeSplit(pinned, ours, [
        { to: literal, weight: 30 },
        { to: 'stable', weight: 70 },
      ]),
    )
    expect(route(first)).toEqual([
      { destination: { host: 'cart-svc', subset: 'eu-west', port: { number: 8080 } }, weight: 30 },
      { destination: { host: 'cart-svc', subset: 'stable', port: { number: 80 } }, weight: 70 },
    ])
    const second = value(
      istio.writeSplit(first, ours, [
        { to: 'stable', weight: 50 },
        { to: 'canary', weight: 50 },
      ]),
    )
    expect(route(second)).toEqual([
      { destination: { host: 'cart-svc', subset: 'stable', port: { number: 80 } }, weight: 50 },
      { destination: { host: 'cart-svc', subset: 'canary', port: { number: 80 } }, weight: 50 },
    ])
  })

  it('divides what is left beside a foreign destination by largest remainder', () => {
    const shared = virtualService(entry({ destination: to('legacy'), weight: 33 }, { destination: to('cart-svc'), weight: 67 }))
    const split = value(
      istio.writeSplit(shared, ours, [
        { to: 'stable', weight: 90 },
        { to: 'canary', weight: 10 },
      ]),
    )
    expect(route(split)).toMatchObject([{ weight: 33 }, { weight: 60 }, { weight: 7 }])
  })

  it('reads how much of the route is ours, so that rows can be compared as they are rounded', () => {
    const shared = virtualService(entry({ destination: to('legacy'), weight: 7 }, { destination: to('cart-svc'), weight: 3 }))
    const split = value(
      istio.writeSplit(shared, ours, [
        { to: 'stable', weight: 99 },
        { to: 'canary', weight: 1 },
      ]),
    )
    expect(istio.readSplit(split, ours)).toMatchObject({ value: [{ ofRoute: 30, rows: [{ weight: 29 }, { weight: 1 }] }] })
    expect(istio.readSplit(shared, ours)).toMatchObject({ value: [{ ofRoute: 30, rows: [{ percent: 100 }] }] })
  })

  it('sends both colours to hosts of their own', () => {
    const colours: Ours = { stable: { host: 'cart' }, canary: { host: 'cart-stage' }, atRest: [{ host: 'cart' }] }
    const bare = virtualService(entry({ destination: { host: 'cart', port: { number: 80 } } }))
    expect(route(value(istio.pin(bare, colours)))).toEqual([
      { destination: { host: 'cart', port: { number: 80 } }, weight: 100 },
      { destination: { host: 'cart-stage', port: { number: 80 } }, weight: 0 },
    ])
  })
})

describe('which entries', () => {
  const bare = { route: [{ destination: to('cart-svc') }] }
  const several = virtualService(
    { name: 'web', ...bare },
    { match: [], ...bare },
    { redirect: { uri: '/' } },
    { name: 'assets', route: [{ destination: to('assets') }] },
  )

  it('asks which, with a list, where there are several', () => {
    expect(istio.readRoute(several)).toEqual({ is: 'refused', problem: { is: 'several-entries', entries: ['web', '#1', '#2', 'assets'] } })
    expect(istio.pin(several, { ...ours, entries: ['webb'] })).toMatchObject({ problem: { is: 'entry-missing', entry: 'webb' } })
  })

  it('goes on with the one that it began with, where a colleague adds others meanwhile, and gives it back', () => {
    const before = virtualService(bare)
    const pinned = value(istio.pin(before, ours))
    const theirs = [
      { name: 'health', directResponse: { status: 200 } },
      { match: [{ uri: { prefix: '/old' } }], route: [{ destination: to('old') }] },
    ]
    const joined = (object: KubernetesObject) => virtualService(theirs[0]!, ...(object.spec as { http: object[] }).http, theirs[1]!)

    const written = value(istio.writeSplit(joined(pinned), ours, [{ to: 'canary', weight: 100 }]))
    expect(value(istio.readSplit(written, ours))).toMatchObject([{ index: 1, rows: [{ to: 'canary', percent: 100 }] }])
    expect(value(istio.restore(written, value(istio.snapshot(before, ours)), ours))).toEqual(joined(before))
    // Ours was reset in the same write.
    expect(route(value(istio.writeSplit(joined(before), ours, pinnedRows)), 1)).toEqual(route(pinned))
    expect(istio.pin(joined(before), ours)).toMatchObject({ problem: { is: 'several-entries' } })
  })

  it('splits the named one and no other', () => {
    const pinned = value(istio.pin(several, { ...ours, entries: ['web'] }))
    expect(route(pinned)).toMatchObject(pinnedRows.map(row => ({ weight: row.weight })))
    expect([1, 2, 3].map(index => route(pinned, index))).toEqual([1, 2, 3].map(index => route(several, index)))
  })

  it('splits all that lead to ours where all are meant, and finds them again by name and conditions', () => {
    const all: Ours = { ...ours, entries: 'all' }
    const pinned = value(istio.pin(several, all))
    expect([0, 1, 3].map(index => (route(pinned, index) as unknown[]).length)).toEqual([2, 2, 1])
    const snapshot = istio.snapshot(several, all)
    const inserted = virtualService({ name: 'new', route: [] }, ...(pinned.spec as { http: object[] }).http)
    expect(snapshot.is === 'done' && istio.restore(inserted, snapshot.value, ours)).toEqual({
      is: 'done',
      value: virtualService({ name: 'new', route: [] }, ...(several.spec as { http: object[] }).http),
    })
  })

  it.each([
    ['no http', virtualService(), 'no-entries'],
    ['a redirect', virtualService({ redirect: { uri: '/' } }), 'not-routed'],
    ['a direct response', virtualService({ directResponse: { status: 503 } }), 'not-routed'],
    ['a delegate', virtualService({ delegate: { name: 'x' } }), 'not-routed'],
    ['no route', virtualService({ match: [] }), 'no-destination'],
    ['tls', { ...virtualService(), spec: { http: [bare], tls: [{}] } }, 'other-protocol'],
    ['tcp', { ...virtualService(), spec: { tcp: [{}] } }, 'other-protocol'],
  ])('refuses %s', (_, object, problem) => {
    expect(istio.readRoute(object)).toMatchObject({ is: 'refused', problem: { is: problem } })
  })

  it.each(['v1', 'v1beta1', 'v1alpha3'])('reads version %s', version => {
    expect(istio.readRoute({ ...virtualService(bare), apiVersion: `networking.istio.io/${version}` })).toMatchObject({ is: 'done' })
  })
})

it.each([
  ['says nothing of retries', undefined, undefined],
  ['switches them off', { attempts: 0 }, 0],
  ['gives no number', {}, 0],
  ['has a number of its own', { attempts: 5, perTryTimeout: '2s' }, 5],
  ['names conditions with a failed connection among them', { attempts: 3, retryOn: 'reset, 5xx' }, 3],
  ['names conditions without one', { attempts: 3, retryOn: 'retriable-4xx,409' }, 0],
])('reads how often a failed connection is tried again of an entry that %s', (_, retries, expected) => {
  const http = [{ ...(retries ? { retries } : {}), route: [{ destination: { host: 'cart-svc' } }] }]
  const object = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { http },
  }
  const sides = { stable: { host: 'cart-svc', subset: 'stable' }, canary: { host: 'cart-svc', subset: 'canary' } }
  const split = istio.readSplit(object, { ...sides, atRest: [{ host: 'cart-svc' }] })
  expect(split.is === 'done' ? split.value[0]?.retries : split).toBe(expected)
})
