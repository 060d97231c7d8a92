import { describe, expect, it } from 'vitest'
import { canaryAnnotations } from './canary.ts'
import { nginxConfiguration } from './configuration.ts'
import { nginxIngresses, type Ingress, type IngressPath } from './objects.ts'
import { nginxTable } from './resolve.ts'

type Annotations = Partial<Record<keyof typeof canaryAnnotations, string>>

interface Given {
  readonly paths?: readonly IngressPath[]
  readonly host?: string
  readonly canary?: Annotations
  readonly at?: number
  readonly namespace?: string
  readonly rest?: string
}

const backend = (service: string) => ({ service: { name: service, port: { number: 80 } } })
const path = (service: string, at = '/', pathType = 'Prefix'): IngressPath => ({ path: at, pathType, backend: backend(service) })

function ingress(name: string, { paths = [], host = 'shop.example.com', canary = {}, at = 0, namespace = 'shop', rest }: Given): Ingress {
  const annotations = Object.fromEntries(Object.entries(canary).map(([key, value]) => [canaryAnnotations[key as keyof Annotations], value]))
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace, annotations, creationTimestamp: `2026-01-01T00:00:0${at}Z` },
    spec: {
      ingressClassName: 'nginx',
      ...(rest ? { defaultBackend: backend(rest) } : {}),
      ...(paths.length > 0 ? { rules: [{ ...(host ? { host } : {}), http: { paths } }] } : {}),
    },
  }
}

/** `cart 75%, cart-canary 25% by weight`, or `404`. */
function ask(ingresses: readonly Ingress[], at = '/', headers: Readonly<Record<string, string>> = {}, host = 'shop.example.com'): string {
  const resolution = nginxTable(nginxConfiguration(ingresses))({ host, path: at, headers })
  if (resolution.is === 'no-backend') return '404'
  const { location, canary } = resolution
  const main = location.upstream.service
  return canary ? `${main} ${100 - canary.share * 100}%, ${canary.upstream.service} ${canary.share * 100}% by ${canary.by}` : main
}

const main = ingress('cart', { paths: [path('cart')] })
const withCanary = (canary: Annotations, more: Given = {}): readonly Ingress[] => [
  main,
  ingress('cart-canary', { paths: [path('cart-canary')], canary: { enabled: 'true', ...canary }, at: 1, ...more }),
]

describe('paths of ingress-nginx', () => {
  it.each([
    ['Exact', '/a', ['/a'], ['/a/', '/a/b', '/A']],
    ['Prefix', '/a', ['/a', '/a/', '/a/b?q=1'], ['/ab', '/']],
    ['Prefix', '/a/', ['/a', '/a/b'], ['/ab']],
    ['ImplementationSpecific', '/a', ['/a', '/a/b', '/ab'], ['/']],
  ])('%s %s', (type, at, taken, left) => {
    const one = [ingress('cart', { paths: [path('cart', at, type)] })]
    expect(taken.map(each => ask(one, each))).toEqual(taken.map(() => 'cart'))
    expect(left.map(each => ask(one, each))).toEqual(left.map(() => '404'))
  })

  it('exact before the longest prefix; of two Ingresses with one path the older has it', () => {
    const mixed = [ingress('a', { paths: [path('root'), path('deep', '/a/b'), path('exact', '/a', 'Exact'), path('a', '/a')] })]
    expect(['/a', '/a/', '/a/b/c', '/x'].map(each => ask(mixed, each))).toEqual(['exact', 'a', 'deep', 'root'])
    expect(ask([ingress('young', { paths: [path('young')], at: 5 }), main])).toBe('cart')
  })

  it('hosts: exact, wildcard, everybody else; a host that is known answers 404 for paths it does not have', () => {
    const all = [
      ingress('exact', { paths: [path('exact', '/x')] }),
      ingress('wide', { host: '*.example.com', paths: [path('wide')] }),
      ingress('rest', { host: '', paths: [path('rest')] }),
    ]
    expect(ask(all, '/x')).toBe('exact')
    expect(ask(all, '/')).toBe('404')
    expect(ask(all, '/', {}, 'a.b.example.com:80')).toBe('wide')
    expect(ask(all, '/', {}, 'elsewhere.org')).toBe('rest')
  })

  it('a default backend takes the rest: of the hosts of its Ingress, or of everybody where it has none', () => {
    const own = ingress('cart', { paths: [path('cart', '/x')], rest: 'fallback' })
    expect([ask([own], '/x'), ask([own], '/y'), ask([own], '/y', {}, 'other.org')]).toEqual(['cart', 'fallback', '404'])
    expect(ask([ingress('rest', { rest: 'everybody' })], '/', {}, 'other.org')).toBe('everybody')
  })
})

describe('canaries of ingress-nginx', () => {
  it('weight is of 100, or of a larger total; a smaller total counts as 100', () => {
    expect(ask(withCanary({ weight: '25' }))).toBe('cart 75%, cart-canary 25% by weight')
    expect(ask(withCanary({ weight: '25', weightTotal: '1000' }))).toBe('cart 97.5%, cart-canary 2.5% by weight')
    expect(ask(withCanary({ weight: '25', weightTotal: '50' }))).toBe('cart 75%, cart-canary 25% by weight')
    expect(ask(withCanary({ weight: 'half' }))).toBe('cart 100%, cart-canary 0% by weight')
    expect(ask(withCanary({ weight: '250' }))).toBe('cart 0%, cart-canary 100% by weight')
  })

  it.each([
    [{ 'x-canary': 'always', cookie: 'canary=never' }, 'cart 0%, cart-canary 100% by header'],
    [{ 'x-canary': 'never', cookie: 'canary=always' }, 'cart 100%, cart-canary 0% by header'],
    [{ 'x-canary': 'perhaps', cookie: 'a=1; canary=always' }, 'cart 0%, cart-canary 100% by cookie'],
    [{ cookie: 'canary=never' }, 'cart 100%, cart-canary 0% by cookie'],
    [{ cookie: 'canary=yes' }, 'cart 90%, cart-canary 10% by weight'],
  ])('header before cookie before weight: %j', (headers, expected) => {
    expect(ask(withCanary({ weight: '10', header: 'X-Canary', cookie: 'canary' }), '/', headers)).toBe(expected)
  })

  it('a value that is asked for turns always and never off, and goes before a pattern', () => {
    const canary = { header: 'X-Region', headerValue: 'eu', headerPattern: '^u.', weight: '10' }
    expect(ask(withCanary(canary), '/', { 'x-region': 'eu' })).toContain('100% by header')
    for (const value of ['us', 'always', 'never']) expect(ask(withCanary(canary), '/', { 'x-region': value })).toContain('10% by weight')
  })

  it('a pattern is searched for; one that is none keeps requests with the header away', () => {
    const pattern = (headerPattern: string) => withCanary({ header: 'X-Region', headerPattern, weight: '10' })
    expect(ask(pattern('^eu-'), '/', { 'x-region': 'eu-west' })).toContain('100% by header')
    expect(ask(pattern('^eu-'), '/', { 'x-region': 'us' })).toContain('10% by weight')
    expect(ask(pattern('('), '/', { 'x-region': 'us' })).toContain('cart-canary 0% by header')
  })

  it('is nothing without a main Ingress of the same host, path and type, and without the word true', () => {
    const [, canary] = withCanary({ weight: '50' })
    expect(ask([canary as Ingress])).toBe('404')
    expect(ask(withCanary({ weight: '50' }, { host: 'other.org' }))).toBe('cart')
    expect(ask(withCanary({ weight: '50' }, { paths: [path('cart-canary', '/', 'ImplementationSpecific')] }))).toBe('cart')
    expect(ask(withCanary({ weight: '50', enabled: 'yes' }))).toBe('cart')
  })

  it('the first one counts; a second one for the same path is nothing', () => {
    const second = ingress('second', { paths: [path('other')], canary: { enabled: 'true', weight: '60' }, at: 2 })
    expect(ask([...withCanary({ weight: '10' }), second])).toBe('cart 90%, cart-canary 10% by weight')
    expect(ask([main, second])).toBe('cart 40%, other 60% by weight')
  })

  it('holds for every path that leads to the main Service, since it belongs to the Service', () => {
    const elsewhere = ingress('elsewhere', { host: 'other.org', paths: [path('cart', '/a')] })
    expect(ask([...withCanary({ weight: '10' }), elsewhere], '/a', {}, 'other.org')).toBe('cart 90%, cart-canary 10% by weight')
  })

  it('is nothing where its own Service is a main one of a longer path of the host', () => {
    const direct = ingress('direct', { paths: [path('cart-canary', '/beta')] })
    expect(ask([...withCanary({ weight: '10' }), direct])).toBe('cart')
  })
})

describe('which Ingresses are its own', () => {
  const nginx = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'web' },
    spec: { controller: 'k8s.io/ingress-nginx' },
  }
  const of = (spec: object, annotations: Readonly<Record<string, string>> = {}): Ingress => ({
    ...main,
    metadata: { name: 'a', annotations },
    spec,
  })

  it('those of its classes, or with the old annotation where the spec names none', () => {
    const mine = [of({ ingressClassName: 'web' }), of({}, { 'kubernetes.io/ingress.class': 'nginx' })]
    const others = [
      of({ ingressClassName: 'nginx' }),
      of({}),
      of({ ingressClassName: 'traefik' }, { 'kubernetes.io/ingress.class': 'nginx' }),
    ]
    expect(nginxIngresses([...mine, ...others], [nginx])).toEqual(mine)
  })
})
