import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { canaryAnnotations } from '../ingress-nginx/canary.ts'
import { nginxConfiguration } from '../ingress-nginx/configuration.ts'
import type { Ingress } from '../ingress-nginx/objects.ts'
import { nginxTable } from '../ingress-nginx/resolve.ts'
import { canaryIngressOf, type IngressSides } from './canary-ingress.ts'
import { nginxIngress } from './nginx-ingress.ts'
import { apartContract } from './apart.contract.ts'
import { routerContract } from './router.contract.ts'
import type { Ours, Outcome } from './router.ts'

const sides: IngressSides = { stable: 'cart', canary: 'cart-canary' }
const ours: Ours = { stable: { host: 'cart' }, canary: { host: 'cart-canary' }, atRest: [{ host: 'cart' }] }
const backend = (name: string) => ({ service: { name, port: { number: 80 } } })
const path = (name: string, at = '/') => ({ path: at, pathType: 'Prefix', backend: backend(name) })

function ingress(
  name: string,
  paths: readonly object[],
  more: { readonly annotations?: Readonly<Record<string, string>>; readonly spec?: object } = {},
) {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop', annotations: more.annotations ?? {}, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { ingressClassName: 'nginx', rules: [{ host: 'shop.example.com', http: { paths } }], ...more.spec },
  } as unknown as Ingress
}

const main = ingress('cart', [path('cart', '/cart'), path('web')], {
  annotations: {
    'cert-manager.io/cluster-issuer': 'letsencrypt',
    'nginx.ingress.kubernetes.io/affinity': 'cookie',
    'nginx.ingress.kubernetes.io/rewrite-target': '/',
  },
  spec: { tls: [{ hosts: ['shop.example.com'], secretName: 'shop' }] },
})

function value<T>(outcome: Outcome<T>): T {
  if (outcome.is === 'refused') throw new Error(`refused: ${JSON.stringify(outcome.problem)}`)
  return outcome.value
}

const made = (weight = 0, object: KubernetesObject = main, others: readonly Ingress[] = []): Ingress =>
  value(canaryIngressOf(object, sides, weight, others))

const reason = (object: KubernetesObject, others: readonly Ingress[] = []): unknown => {
  const outcome = canaryIngressOf(object, sides, 10, others)
  return outcome.is === 'refused' ? (outcome.problem.is === 'not-expressible' ? outcome.problem.reason : outcome.problem.is) : 'done'
}

routerContract(nginxIngress, {
  ours,
  route: ingress('cart', [path('cart')]),
  bare: { ...made(), metadata: { ...made().metadata, labels: { team: 'a' } }, unknown: 'field' },
  strange: ingress('cart-canary', [path('web')]),
})

apartContract(nginxIngress, {
  ours,
  route: ingress('cart', [path('cart')]),
  bare: made(),
  beta: [{ headers: { 'x-beta': { exact: 'yes' } } }],
  gamma: [{ headers: { 'X-Beta': { prefix: 'v2.' } } }, { cookie: { name: 'beta', value: 'always' } }],
  mirrors: false,
  sticky: false,
})

/** Of requests for a path, the percent that ingress-nginx would send to the canary's Service. */
function percent(ingresses: readonly Ingress[], at: string): number {
  const resolution = nginxTable(nginxConfiguration(ingresses))({ host: 'shop.example.com', path: at })
  if (resolution.is !== 'routed') throw new Error('nobody has it')
  return resolution.canary?.upstream.service === 'cart-canary' ? resolution.canary.share * 100 : 0
}

describe('the canary Ingress of a main one', () => {
  it('has the hosts and paths of stable, led to the canary, and none of what other controllers would act on', () => {
    expect(made(10)).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name: 'cart-canary',
        namespace: 'shop',
        annotations: {
          'nginx.ingress.kubernetes.io/affinity': 'cookie',
          'nginx.ingress.kubernetes.io/canary': 'true',
          'nginx.ingress.kubernetes.io/canary-weight': '10',
        },
      },
      spec: { ingressClassName: 'nginx', rules: [{ host: 'shop.example.com', http: { paths: [path('cart-canary', '/cart')] } }] },
    })
  })

  it('makes ingress-nginx send its share of these paths, and of no other', () => {
    for (const weight of [0, 1, 50, 100]) expect(percent([main, made(weight)], '/cart/1')).toBe(weight)
    expect(percent([main, made(50)], '/other')).toBe(0)
  })

  it('follows a main Ingress that has a default backend only', () => {
    const only = ingress('cart', [], { spec: { rules: undefined, defaultBackend: backend('cart') } })
    expect(made(10, only).spec).toEqual({ ingressClassName: 'nginx', defaultBackend: backend('cart-canary') })
    expect(percent([only, made(10, only)], '/anything')).toBe(10)
  })

  it('keeps the old annotation of the class where the main one uses it', () => {
    const old = ingress('cart', [path('cart')], {
      annotations: { 'kubernetes.io/ingress.class': 'nginx' },
      spec: { ingressClassName: undefined },
    })
    expect(made(0, old).metadata.annotations).toMatchObject({ 'kubernetes.io/ingress.class': 'nginx' })
    expect(made(0, old).spec).not.toHaveProperty('ingressClassName')
  })
})

describe('what canary annotations can not say is refused', () => {
  it('objects that are no main Ingress of stable', () => {
    expect(reason({ ...main, kind: 'Gateway' })).toBe('other-kind')
    expect(reason(ingress('cart', []))).toBe('no-entries')
    expect(reason(ingress('cart', [path('web')]))).toBe('none-ours')
    expect(reason(made(10))).toMatch('it is a canary Ingress itself')
    expect(reason(ingress('cart', [path('cart'), path('cart-canary', '/beta')]))).toMatch('Service cart-canary is a backend of it already')
  })

  it('a default backend beside rules that lead elsewhere', () => {
    const beside = ingress('cart', [path('web', '/web')], { spec: { defaultBackend: backend('cart') } })
    expect(reason(beside)).toBe('beside rules a default backend is no place for a canary')
  })

  it("another Ingress that leads to stable's Service: it would get the canary too", () => {
    const other = ingress('admin', [path('cart', '/admin')])
    expect(reason(main, [other])).toBe('Ingress shop/admin leads to Service cart too, and would send the same share to the canary')
  })

  it('a second canary of the same paths; one of our own name is ours', () => {
    const theirs: Ingress = { ...made(20), metadata: { ...made(20).metadata, name: 'theirs' } }
    expect(reason(main, [theirs])).toBe('Ingress shop/theirs is the canary of it already, and only one is heeded')
    expect(reason(main, [made(20), main])).toBe('done')
  })

  it('paths that an older Ingress has', () => {
    const old = ingress('a', [path('web', '/cart')])
    expect(reason(ingress('cart', [path('cart', '/cart')]), [old])).toBe('older Ingresses have all of its hosts and paths')
  })

  it('rows beside stable and canary', () => {
    const rows = [
      { to: 'stable', weight: 90 },
      { to: { host: 'other' }, weight: 10 },
    ] as const
    expect(nginxIngress.writeSplit(made(), ours, rows)).toMatchObject({
      problem: { is: 'not-expressible', reason: expect.stringContaining('other') as string },
    })
  })
})

describe('the weight of a canary Ingress', () => {
  const rows = (canary: number) =>
    [
      { to: 'stable', weight: 100 - canary },
      { to: 'canary', weight: canary },
    ] as const
  const canaryPercent = (object: KubernetesObject): unknown =>
    value(nginxIngress.readSplit(object, ours))[0]?.rows.find(({ to }) => to === 'canary')?.percent
  const write = (object: KubernetesObject, canary: number): KubernetesObject => value(nginxIngress.writeSplit(object, ours, rows(canary)))
  const withAnnotations = (annotations: Readonly<Record<string, string>>): Ingress => ({
    ...made(),
    metadata: { ...made().metadata, annotations },
  })

  it('where the annotation is not true, everything is stable', () => {
    expect(canaryPercent(withAnnotations({ [canaryAnnotations.weight]: '50' }))).toBe(0)
  })

  it('is all that is written', () => {
    const edited = { ...made(), edited: 'meanwhile', metadata: { ...made().metadata, labels: { team: 'a' } } }
    expect(write(edited, 10)).toEqual({
      ...edited,
      metadata: { ...edited.metadata, annotations: { ...edited.metadata.annotations, [canaryAnnotations.weight]: '10' } },
    })
  })

  it("is of the canary's own total, where somebody has given it one", () => {
    const fine = withAnnotations({ ...made().metadata.annotations, [canaryAnnotations.weightTotal]: '1000' })
    expect(write(fine, 10).metadata.annotations?.[canaryAnnotations.weight]).toBe('100')
    expect(canaryPercent(write(fine, 10))).toBe(10)
  })

  it.each(['100', '150', '1000'])('is read as it was written, every percent of %s, so that a run sees that it is there', total => {
    const all = Array.from({ length: 101 }, (_, percent) => percent)
    const canary = withAnnotations({ ...made().metadata.annotations, [canaryAnnotations.weightTotal]: total })
    expect(all.map(percent => canaryPercent(write(canary, percent)))).toEqual(all)
  })

  it("is the share that it is where somebody's own is no whole percent", () => {
    const weighing = (weight: string): KubernetesObject =>
      withAnnotations({ ...made().metadata.annotations, [canaryAnnotations.weightTotal]: '1000', [canaryAnnotations.weight]: weight })
    expect(['4', '996', '2000'].map(weight => canaryPercent(weighing(weight)))).toEqual([0.4, 99.6, 100])
  })

  it('comes back as it was, though it was switched off', () => {
    const before = withAnnotations({ [canaryAnnotations.enabled]: 'false', 'a/b': 'c' })
    const snapshot = value(nginxIngress.snapshot(before, ours))
    expect(value(nginxIngress.restore({ ...write(before, 50), edited: 'meanwhile' }, snapshot, ours))).toEqual({
      ...before,
      edited: 'meanwhile',
    })
  })
})

describe('the entries of a main Ingress', () => {
  it('are the Services that it leads to; with several of them one is named', () => {
    expect(value(nginxIngress.readRoute(main, ['web']))).toMatchObject([{ entry: 'web', destinations: [{ destination: { host: 'web' } }] }])
    expect(nginxIngress.readRoute(main)).toMatchObject({ problem: { is: 'several-entries', entries: ['cart', 'web'] } })
    expect(nginxIngress.readRoute(made())).toMatchObject({ problem: { is: 'not-expressible' } })
  })
})
