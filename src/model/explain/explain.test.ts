import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { explain } from './explain.ts'
import { Explanation, type DoorExplanation } from './explanation.ts'
import type { Question, RoutingFacts } from './facts.ts'
import { ask, entry, facts, object, pod, split, to, virtualService } from './shop-facts.contract.ts'

/** The only door at which a request comes in; what is explained is what the schema says. */
function door(question: Partial<Question> = {}, seen: RoutingFacts = facts()): DoorExplanation {
  const { doors } = Explanation.parse(explain(ask(question), seen))
  const [only] = doors
  if (!only || doors.length > 1) throw new Error(`${doors.length} doors`)
  return only
}

/** `0.9 v1 v1 v1`, or what the share gets: `0.1 503 UH`. */
const shares = ({ answer }: DoorExplanation): readonly string[] =>
  answer.is === 'routed'
    ? answer.destinations.map(({ share, gets, pods }) => {
        const ends =
          gets.is === 'error' ? [`${gets.status} ${gets.flag}`] : pods.map(({ version, ready }) => `${ready ? 'v' : '!v'}${version}`)
        return [share, ...ends].join(' ')
      })
    : [answer.is === 'answered' ? `${answer.status} ${answer.says}` : answer.says]

const roles = ({ candidates }: DoorExplanation): readonly string[] =>
  candidates.map(({ object: name, role, why }) => `${name} ${role}: ${why}`)
const entries = (seen: DoorExplanation): readonly string[] =>
  seen.entries.map(({ entry: name, outcome, why }) => `${name} ${outcome} ${why.join(' | ')}`.trim())
const gets = (seen: DoorExplanation): string =>
  seen.answer.is === 'routed' && seen.answer.destinations[0]?.gets.is === 'error' ? seen.answer.destinations[0].gets.says : ''

describe('at a gateway', () => {
  it('a split leads to the pods of each subset with their share, by the rule that counts there', () => {
    const found = door()
    expect(found).toMatchObject({ gateways: ['Gateway shop/public'], namespace: 'istio-system', port: 80, proxies: 1, domain: 'shop.test' })
    expect(shares(found)).toEqual(['0.9 v1 v1 v1', '0.1 v2'])
    expect(found.answer).toMatchObject({ destinations: [{ rule: ['shop/cart'], labels: { track: 'stable' }, subset: 'stable' }, {}] })
  })

  it('earlier entries tell what the request misses, later ones are not asked', () => {
    const http = [
      entry('vip', { match: [{ headers: { 'x-user': { exact: '7' } } }], route: [to('canary')] }),
      entry('inside', { match: [{ gateways: ['mesh'] }], route: [to('canary')] }),
      entry('api', { match: [{ uri: { prefix: '/api' } }, { method: { exact: 'POST' } }], route: [to()] }),
      entry('cart', { match: [{ uri: { prefix: '/cart' } }], route: [to('stable')] }),
      split,
    ]
    expect(entries(door({ headers: { 'x-user': '8' } }, facts({ virtualServices: [virtualService(http)] })))).toEqual([
      'vip passes header x-user is "8", not "7"',
      'api passes path "/cart" does not begin with "/api" | method is "GET", not "POST"',
      'cart takes',
      'all behind',
      'inside otherCaller it is for gateway mesh',
    ])
  })

  it('every VirtualService for the host is told, with why it is not asked', () => {
    const other = (name: string, more: object) =>
      object('VirtualService', name, { hosts: ['shop.test'], gateways: ['public'], http: [split], ...more })
    const all = [
      virtualService([split], {}, { creationTimestamp: '2026-01-01T00:00:00Z' }),
      other('wide', { hosts: ['*.test'] }),
      other('inside', { gateways: ['mesh'] }),
      other('private', { exportTo: ['.'] }),
      { ...other('second', {}), metadata: { name: 'second', namespace: 'shop', creationTimestamp: '2026-02-01T00:00:00Z' } },
      other('elsewhere', { hosts: ['other.test'] }),
    ]
    expect(roles(door({}, facts({ virtualServices: all })))).toEqual([
      'VirtualService shop/cart answers: shares this host: 2 are merged, oldest first',
      'VirtualService shop/wide aside: the closer host shop.test has these requests alone',
      'VirtualService shop/inside aside: bound to mesh',
      'VirtualService shop/private aside: not exported to namespace istio-system',
      'VirtualService shop/second asked: shares this host: 2 are merged, oldest first',
    ])
  })

  it('a host that nobody has, and one whose entries take nothing, are 404', () => {
    expect(shares(door({ host: 'nobody.test' }))).toEqual(['404 no route that is bound here has this host'])
    expect(shares(door({ host: 'cart.shop' }))[0]).toContain('; callers inside the mesh reach Service shop/cart by it: --from shop')
    const http = [entry('api', { match: [{ uri: { prefix: '/api' } }], route: [to()] })]
    expect(shares(door({}, facts({ virtualServices: [virtualService(http)] })))).toEqual([
      '404 the host is known, and no entry takes the request',
    ])
  })

  it('a subset that is not in the rule, a port that is not there and a Service that is gone are 503 NC', () => {
    const through = (row: object) => door({}, facts({ virtualServices: [virtualService([{ route: [row] }])] }))
    expect(gets(through(to('beta')))).toBe('DestinationRule shop/cart, which counts for this caller, has no subset beta')
    expect(gets(through({ destination: { host: 'cart', port: { number: 81 } } }))).toBe(
      'Service cart.shop.svc.cluster.local has no port 81',
    )
    expect(gets(through({ destination: { host: 'gone' } }))).toBe('there is no Service gone.shop.svc.cluster.local')
  })

  it('a subset without a ready pod is 503 UH', () => {
    const { pods } = facts()
    const broken = [...pods.items.slice(0, 3), pod('canary-a', { app: 'cart', track: 'canary' }, { ready: false, image: 'acme/cart:2' })]
    expect(shares(door({}, facts({ pods: broken })))).toEqual(['0.9 v1 v1 v1', '0.1 503 UH'])
  })

  it('a rule beside the gateway hides the one beside the Service', () => {
    const own = object('DestinationRule', 'own', { host: 'cart.shop.svc.cluster.local' }, { namespace: 'edge' })
    const gatewayPods = [pod('ingress-1', { istio: 'ingress' }, { namespace: 'edge' })]
    const seen = facts({ destinationRules: [...facts().destinationRules.items, own], gatewayPods })
    expect(shares(door({}, seen))).toEqual(['0.9 503 NC', '0.1 503 NC'])
  })

  it('what else happens is told: rewrite, timeout, retries, faults, mirrors, headers', () => {
    const all = {
      route: [to('stable')],
      rewrite: { uri: '/v2' },
      timeout: '5s',
      retries: { attempts: 3, perTryTimeout: '1s', retryOn: '5xx' },
      fault: { abort: { httpStatus: 500, percentage: { value: 10 } }, delay: { fixedDelay: '2s', percentage: { value: 5 } } },
      mirrors: [{ destination: { host: 'shadow' }, percentage: { value: 20 } }],
      headers: { request: { set: { 'x-a': '1' } }, response: { remove: ['x-b'] } },
    }
    const { effects } = door({}, facts({ virtualServices: [virtualService([all])] }))
    expect(effects.map(({ is, says }) => `${is} ${says}`)).toEqual([
      'rewrite path becomes /v2cart',
      'timeout after 5s: 504',
      'retries up to 3 more on 5xx, each at most 1s',
      'fault 10 % are answered 500 by the proxy',
      expect.stringMatching(/^fault 5 % wait 2 ?s first$/),
      'mirror 20 % are copied to shadow, whose answer nobody gets',
      'headers of the request: x-a: 1',
      'headers of the response: -x-b',
    ])
  })

  it('an entry that proxies refuse is named: what is told is not in force', () => {
    const http = [entry('broken', { match: [{ uri: { prefix: '/x' } }], route: [to('stable', 0), to('canary', 0)] }), split]
    const found = door({}, facts({ virtualServices: [virtualService(http)] }))
    expect(found.notInForce).toBe('entry broken of VirtualService shop/cart gives none of its destinations weight')
  })

  it('without a pod answers nobody, and the answer is told all the same', () => {
    const found = door({}, facts({ gatewayPods: [] }))
    expect(found.proxies).toBe(0)
    expect(shares(found)).toEqual(['0.9 v1 v1 v1', '0.1 v2'])
  })

  it('that is named and not there is refused, with those that are', () => {
    expect(() => explain(ask({ from: { is: 'gateways', name: 'gone' } }), facts())).toThrow(
      'Gateway gone: is not among those that are seen: shop/public.',
    )
    expect(door({ from: { is: 'gateways', name: 'public' } }).gateways).toEqual(['Gateway shop/public'])
  })

  it('sends plain requests to https where the server says so, and answers on the port that ends TLS', () => {
    const servers = [
      { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'], tls: { httpsRedirect: true } },
      { port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['*'], tls: { mode: 'SIMPLE', credentialName: 'shop' } },
    ]
    const { doors } = explain(ask(), facts({ gateways: [object('Gateway', 'public', { selector: { istio: 'ingress' }, servers })] }))
    expect(doors.map(({ port, scheme, answer }) => [port, scheme, answer.is])).toEqual([
      [80, 'http', 'answered'],
      [443, 'https', 'routed'],
    ])
    expect(doors[0]?.answer).toMatchObject({ status: 301, location: 'https://shop.test/cart' })
  })
})

describe('inside the mesh', () => {
  const from = { is: 'pod', namespace: 'shop', labels: {} } as const

  it('a route that is bound to gateways only leads nobody: the Service balances over all its pods', () => {
    const found = door({ host: 'cart', from })
    expect(shares(found)).toEqual(['1 v1 v1 v1 v2'])
    expect(found.entries).toEqual([])
  })

  it('a short name of the Service finds the route that is bound to the mesh; a second one is told as beaten', () => {
    const first = virtualService([split], { hosts: ['cart'], gateways: ['mesh'] }, { creationTimestamp: '2026-01-01T00:00:00Z' })
    const late = object('VirtualService', 'late', { hosts: ['cart'], http: [split] }, { creationTimestamp: '2026-02-01T00:00:00Z' })
    const found = door({ host: 'cart', from }, facts({ virtualServices: [first, late] }))
    expect(shares(found)).toEqual(['0.9 v1 v1 v1', '0.1 v2'])
    expect(roles(found)).toEqual([
      'VirtualService shop/cart answers: has this host',
      'VirtualService shop/late aside: VirtualService shop/cart has this host alone: its host is closer, or it comes first by exportTo and age',
    ])
  })

  it('a route that the Sidecar of the caller does not import has no say, nor has a Service that it does not', () => {
    const route = virtualService([split], { hosts: ['cart'], gateways: ['mesh'] })
    const sidecar = (hosts: readonly string[]): KubernetesObject => object('Sidecar', 'default', { egress: [{ hosts }] })
    const seen = (hosts: readonly string[]): RoutingFacts => facts({ virtualServices: [route], sidecars: [sidecar(hosts)] })
    expect(shares(door({ host: 'cart', from }, seen(['./*'])))).toEqual(['0.9 v1 v1 v1', '0.1 v2'])
    const outside = door({ host: 'cart', from }, seen(['pay/*']))
    expect(roles(outside)).toEqual(['VirtualService shop/cart aside: Sidecar shop/default does not import it on port 80'])
    expect(shares(outside)[0]).toContain('no route or Service that Sidecar shop/default imports has this host on port 80')
    expect(shares(door({}, { ...facts(), sidecars: { items: [sidecar(['pay/*'])] } }))).toEqual(['0.9 v1 v1 v1', '0.1 v2'])
  })

  it('Sidecars that could not be seen matter to callers inside the mesh alone', () => {
    const hidden = { ...facts(), sidecars: { items: [], unseen: 'no right to list them' } }
    expect(explain(ask({ host: 'cart', from }), hidden).unseen).toEqual([{ what: 'Sidecars', why: 'no right to list them' }])
    expect(explain(ask(), hidden).unseen).toEqual([])
  })

  it('a host that nobody knows is undecided', () => {
    expect(shares(door({ host: 'example.org', from }))[0]).toContain('or answers 502 where the mesh is REGISTRY_ONLY')
  })
})

describe('by an HTTPRoute', () => {
  const gatewayApi = 'gateway.networking.k8s.io/v1'
  const listeners = [{ name: 'http', port: 80, protocol: 'HTTP' }]
  const kubernetesGateway = { ...object('Gateway', 'web', { gatewayClassName: 'istio', listeners }), apiVersion: gatewayApi }
  const rules = [
    { name: 'vip', matches: [{ headers: [{ name: 'x-user', value: '7' }] }], backendRefs: [{ name: 'cart', port: 80 }] },
    {
      name: 'all',
      backendRefs: [
        { name: 'cart', port: 80, weight: 3 },
        { name: 'gone', port: 80, weight: 1 },
      ],
    },
  ]
  const route = object('HTTPRoute', 'cart', { parentRefs: [{ name: 'web' }], hostnames: ['shop.test'], rules })
  const seen = facts({
    gateways: [],
    virtualServices: [],
    kubernetesGateways: [kubernetesGateway],
    httpRoutes: [route],
    gatewayPods: [pod('web-1', { 'gateway.networking.k8s.io/gateway-name': 'web' })],
  })

  it('the answer has the same shape; a backend that is not there is 500 for its share', () => {
    const found = door({}, seen)
    expect(shares(found)).toEqual(['0.75 v1 v1 v1 v2', '0.25 500 NC'])
    expect(entries(found)).toEqual(['vip passes header x-user is missing', 'all takes'])
    expect(roles(found)).toEqual(['HTTPRoute shop/cart answers: has this host'])
  })

  it('of another Gateway is told as bound there', () => {
    const other = object('HTTPRoute', 'other', { parentRefs: [{ name: 'elsewhere' }], hostnames: ['shop.test'], rules })
    expect(roles(door({}, { ...seen, httpRoutes: { items: [other] } }))).toEqual([
      'HTTPRoute shop/other aside: bound to Gateway shop/elsewhere',
    ])
  })
})

describe('beside the answer', () => {
  it('the run in progress is named by the marks on what decides', () => {
    const annotations = { 'sluice.dev/run': 'k3f9.7' }
    const { runs } = explain(ask(), facts({ virtualServices: [virtualService([split], {}, { annotations })] }))
    expect(runs).toEqual([{ execution: 'k3f9', objects: ['VirtualService shop/cart'] }])
    expect(explain(ask(), facts()).runs).toEqual([])
  })

  it('what could not be seen is told, and an Ingress that has the host', () => {
    const hidden = { ...facts(), destinationRules: { items: [], unseen: 'no right to list them' } }
    const { unseen, doors } = explain(ask(), hidden)
    expect(unseen).toEqual([{ what: 'DestinationRules', why: 'no right to list them' }])
    expect(doors[0]?.answer).toMatchObject({ destinations: [{ gets: { is: 'unknown' } }, { gets: { is: 'unknown' } }] })
    const ingress = object('Ingress', 'old', { rules: [{ host: '*.test' }] })
    expect(explain(ask(), facts({ ingresses: [ingress] })).unseen).toEqual([
      { what: 'Ingress shop/old', why: 'has this host too: what its controller does is not told here' },
    ])
  })
})
