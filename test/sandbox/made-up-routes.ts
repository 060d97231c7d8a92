// Routes, rules and requests that are made up: much of what is valid, and some that leads nowhere.
import type { KubernetesObject, Random } from '#base/index.ts'
import type { Question } from '#model/explain/index.ts'

const group = 'gateway.networking.k8s.io'

export const one = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)] as T
const some = <T>(random: Random, share: number, value: T): Partial<T> => (random() < share ? value : {})

const hosts = ['shop.example.com', 'api.example.com', '*.example.com', '*', 'other.test']
const paths = ['/', '/cart', '/cart/7', '/cartoon', '/search?q=a', '/old']

/** Rows of a route: known and unknown subsets, a subset without pods, a Service that is not there. */
function rows(random: Random): readonly object[] {
  const destinations = [
    { host: 'cart-svc', subset: 'v1' },
    { host: 'cart-svc', subset: 'v2' },
    { host: 'cart-svc' },
    { host: 'cart-svc.shop.svc.cluster.local', subset: 'v1' },
    { host: 'cart-svc', subset: 'v3' },
    { host: 'cart-svc', subset: 'nowhere' },
    { host: 'gone' },
    { host: 'cart-svc', port: { number: 81 } },
  ]
  const count = 1 + Math.floor(random() * 3)
  const draw = (): object => one(random, destinations)
  return Array.from({ length: count }, () => ({
    destination: { port: { number: 80 }, ...draw() },
    ...some(random, 0.9, { weight: one(random, [0, 1, 7, 50, 90]) }),
  }))
}

const value = (random: Random): object => one(random, [{ exact: '7' }, { prefix: '7' }, { regex: '[0-9]+' }, {}])

function istioMatch(random: Random): object {
  return {
    ...some(random, 0.6, {
      uri: one(random, [{ exact: '/cart' }, { prefix: '/cart' }, { prefix: '/' }, { regex: '/c.*' }, { prefix: '/old' }]),
    }),
    ...some(random, 0.1, { ignoreUriCase: true }),
    ...some(random, 0.3, { headers: { 'x-user': value(random) } }),
    ...some(random, 0.1, { withoutHeaders: { 'x-user': value(random) } }),
    ...some(random, 0.2, { method: { exact: 'POST' } }),
    ...some(random, 0.1, { queryParams: { q: { exact: 'a' } } }),
    ...some(random, 0.1, { port: one(random, [80, 8080]) }),
    ...some(random, 0.1, { authority: one(random, [{ prefix: 'shop.' }, { regex: '.*example.com' }, { exact: 'api.example.com' }]) }),
    ...some(random, 0.1, { scheme: { exact: one(random, ['http', 'https']) } }),
    ...some(random, 0.1, { sourceLabels: one(random, [{ istio: 'ingressgateway' }, { app: 'cart' }]) }),
    ...some(random, 0.1, { sourceNamespace: one(random, ['istio-system', 'shop']) }),
    ...some(random, 0.1, { gateways: one(random, [['cart-gateway'], ['mesh'], ['shop/other']]) }),
  }
}

function redirectOf(random: Random): object {
  const target = one(random, [{ uri: '/new' }, { authority: 'new.test' }, { prefixRewrite: '/v2' }, { uri: '/new', scheme: 'https' }])
  return { ...target, redirectCode: one(random, [301, 302]) }
}

function entry(random: Random, name: string): object {
  const match = some(random, 0.7, { match: Array.from({ length: 1 + Math.floor(random() * 2) }, () => istioMatch(random)) })
  const kind = random()
  if (kind < 0.1) return { name, ...match, redirect: redirectOf(random) }
  if (kind < 0.2) return { name, ...match, directResponse: { status: one(random, [200, 403]), body: { string: 'no' } } }
  return {
    name,
    ...match,
    route: rows(random),
    ...some(random, 0.2, { rewrite: one(random, [{ uri: '/v2' }, { authority: 'inside.test' }]) }),
    ...some(random, 0.1, { mirror: { host: one(random, ['cart-svc', 'gone']) } }),
    ...some(random, 0.1, { headers: { request: { set: { 'x-user': '7' } }, response: { remove: ['x-other'] } } }),
    ...some(random, 0.1, { fault: { abort: { httpStatus: 418, percentage: { value: one(random, [100, 30]) } } } }),
  }
}

export function virtualService(random: Random, name: string): KubernetesObject {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name, namespace: 'shop' },
    spec: {
      hosts: [one(random, hosts)],
      gateways: one(random, [['cart-gateway'], ['cart-gateway'], ['shop/cart-gateway', 'mesh'], ['other'], ['mesh']]),
      ...some(random, 0.1, { exportTo: one(random, [['.'], ['istio-system']]) }),
      http: Array.from({ length: 1 + Math.floor(random() * 4) }, (_, index) => entry(random, `e${index}`)),
    },
  }
}

/** A VirtualService that delegates some of its entries, and those that it delegates to: one may be missing, or claim hosts of its own. */
export function delegating(random: Random): readonly KubernetesObject[] {
  const root = virtualService(random, 'root')
  const { http, ...spec } = root.spec as { readonly http: readonly object[] }
  const delegated = ['left', 'right', 'missing', 'elsewhere'].map(name => ({
    name: `to-${name}`,
    ...some(random, 0.7, {
      match: [{ uri: { prefix: one(random, ['/', '/cart', '/old']) }, ...some(random, 0.3, { method: { exact: 'POST' } }) }],
    }),
    delegate: { name, ...some(random, 0.3, { namespace: one(random, ['shop', 'istio-system']) }) },
  }))
  const leaves = ['left', 'right', 'elsewhere'].map(name => {
    const { hosts: _, gateways: __, ...leaf } = virtualService(random, name).spec as Readonly<Record<string, unknown>>
    const claims = name === 'elsewhere' && random() < 0.5 ? { hosts: ['other.test'], gateways: ['cart-gateway'] } : {}
    return { apiVersion: root.apiVersion, kind: 'VirtualService', metadata: { name, namespace: 'shop' }, spec: { ...leaf, ...claims } }
  })
  const entries = [...delegated.filter(() => random() < 0.7), ...http].toSorted(() => random() - 0.5)
  return [{ ...root, spec: { ...spec, http: entries } }, ...leaves]
}

/** Rules beside the usual one: of the gateway's namespace, for wider hosts, hidden from others, or with other subsets. */
export function destinationRules(random: Random): readonly KubernetesObject[] {
  const subsets = ['v1', 'v2', 'v3'].filter(() => random() < 0.6).map(name => ({ name, labels: { version: name.slice(1) } }))
  const rule = (namespace: string): KubernetesObject => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'other', namespace },
    spec: {
      host: one(random, ['cart-svc.shop.svc.cluster.local', '*.shop.svc.cluster.local', '*.cluster.local']),
      subsets,
      ...some(random, 0.3, { exportTo: one(random, [['.'], ['shop'], ['*']]) }),
    },
  })
  return random() < 0.5 ? [] : [rule(one(random, ['istio-system', 'shop', 'default']))]
}

function filterOf(random: Random): object {
  return one(random, [
    { type: 'RequestRedirect', requestRedirect: { hostname: 'new.test', statusCode: 302 } },
    { type: 'RequestRedirect', requestRedirect: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v2' } } },
    { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplaceFullPath', replaceFullPath: '/v2' } } },
    { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-user', value: '7' }] } },
  ])
}

export function httpRoute(random: Random, name: string): KubernetesObject {
  const rule = (): object => ({
    ...some(random, 0.7, {
      matches: [
        {
          ...some(random, 0.7, { path: { type: one(random, ['Exact', 'PathPrefix']), value: one(random, ['/cart', '/', '/old']) } }),
          ...some(random, 0.3, {
            headers: [
              one(random, [
                { name: 'X-User', value: '7' },
                { name: 'x-user', type: 'RegularExpression', value: '[0-9]+' },
              ]),
            ],
          }),
          ...some(random, 0.2, { method: 'POST' }),
          ...some(random, 0.1, { queryParams: [{ name: 'q', value: 'a' }] }),
        },
      ],
    }),
    ...some(random, 0.2, { filters: [filterOf(random)] }),
    backendRefs: Array.from({ length: 1 + Math.floor(random() * 2) }, () => ({
      name: one(random, ['cart-svc', 'cart-v2', 'gone']),
      port: one(random, [80, 80, 80, 81]),
      weight: one(random, [0, 1, 9]),
    })),
  })
  return {
    apiVersion: `${group}/v1`,
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'shop' },
    spec: {
      parentRefs: [{ name: one(random, ['public', 'public', 'elsewhere']) }],
      hostnames: [
        one(
          random,
          hosts.filter(host => host !== '*'),
        ),
      ],
      rules: Array.from({ length: 1 + Math.floor(random() * 3) }, rule),
    },
  }
}

export function question(random: Random): Question {
  return {
    method: one(random, ['GET', 'GET', 'POST']),
    host: one(random, ['shop.example.com', 'api.example.com', 'SHOP.example.com:80', 'x.example.com', 'other.test', 'nobody.test']),
    path: one(random, paths),
    headers: some(random, 0.5, { 'x-user': one(random, ['7', '8', '77', '']) }) as Record<string, string>,
    from: { is: 'gateways' },
    port: 80,
  }
}
