import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { canaryAnnotations } from '../ingress-nginx/canary.ts'
import { nginxConfiguration } from '../ingress-nginx/configuration.ts'
import type { Ingress } from '../ingress-nginx/objects.ts'
import { nginxTable } from '../ingress-nginx/resolve.ts'
import type { ApartChange, RequestMatch } from './apart.ts'
import { canaryIngressOf } from './canary-ingress.ts'
import { HEADER_ROUTES } from './nginx-apart.ts'
import { nginxIngress } from './nginx-ingress.ts'
import type { Ours, Outcome } from './router.ts'

const ours: Ours = { stable: { host: 'cart' }, canary: { host: 'cart-canary' }, atRest: [{ host: 'cart' }] }
const main: Ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: {
    ingressClassName: 'nginx',
    rules: [
      {
        host: 'shop.test',
        http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'cart', port: { number: 80 } } } }] },
      },
    ],
  },
}
const canary = done(canaryIngressOf(main, { stable: 'cart', canary: 'cart-canary' }, 0))

const put = (name: string, ...match: readonly RequestMatch[]): ApartChange => ({ is: 'headerRoute', name, match })
const write = (object: KubernetesObject, change: ApartChange): Outcome<KubernetesObject> =>
  nginxIngress.apart?.write(object, ours, change) ?? { is: 'refused', problem: { is: 'no-entries' } }
const written = (...changes: readonly ApartChange[]): Ingress =>
  changes.reduce<KubernetesObject>((sofar, change) => done(write(sofar, change)), canary) as Ingress

function done<T>(outcome: Outcome<T>): T {
  if (outcome.is === 'refused') throw new Error(JSON.stringify(outcome.problem))
  return outcome.value
}

/** Of requests with these headers, the share that ingress-nginx gives the canary. */
function share(object: Ingress, headers: Readonly<Record<string, string>>): number {
  const resolution = nginxTable(nginxConfiguration([main, object]))({ host: 'shop.test', path: '/', headers })
  return resolution.is === 'routed' ? (resolution.canary?.share ?? 0) : -1
}

const annotated = (object: Ingress, annotations: Readonly<Record<string, string>>): Ingress => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
})

describe('header routes in a canary Ingress', () => {
  it.each<[string, readonly RequestMatch[], Record<string, string>, Record<string, string>]>([
    ['the whole of a header', [{ headers: { 'X-Beta': { exact: 'yes' } } }], { 'x-beta': 'yes' }, { 'x-beta': 'yes!' }],
    [
      'a value that is no word of ingress-nginx',
      [{ headers: { 'x-beta': { exact: 'always' } } }],
      { 'x-beta': 'always' },
      { 'x-beta': 'never' },
    ],
    ['a value with signs', [{ headers: { 'x-beta': { exact: 'a+b' } } }], { 'x-beta': 'a+b' }, { 'x-beta': 'aab' }],
    ['the beginning of a header', [{ headers: { agent: { prefix: 'v2.' } } }], { agent: 'v2.7' }, { agent: 'v27' }],
    ['an expression for the whole of it', [{ headers: { 'x-user': { regex: '[0-4]|9' } } }], { 'x-user': '9' }, { 'x-user': '19' }],
    ['a cookie', [{ cookie: { name: 'beta', value: 'always' } }], { cookie: 'a=b; beta=always' }, { cookie: 'beta=yes' }],
    [
      'one of several values',
      [{ headers: { 'x-a': { exact: '1' } } }, { headers: { 'X-A': { exact: '2' } } }],
      { 'x-a': '2' },
      { 'x-a': '3' },
    ],
  ])('know requests by %s', (_, match, yes, no) => {
    expect(share(written(put('beta', ...match)), yes)).toBe(1)
    expect(share(written(put('beta', ...match)), no)).toBe(0)
  })

  it('share its one header and its one cookie: each is taken away without the others', () => {
    const beta = put('beta', { headers: { 'x-user': { exact: 'me' } } })
    const gamma = put('gamma', { headers: { 'x-user': { exact: 'you' } } }, { cookie: { name: 'beta', value: 'always' } })
    const both = written(beta, gamma)
    expect([share(both, { 'x-user': 'me' }), share(both, { 'x-user': 'you' }), share(both, { cookie: 'beta=always' })]).toEqual([1, 1, 1])

    const one = written(beta, gamma, { ...beta, match: [] } as ApartChange)
    expect([share(one, { 'x-user': 'me' }), share(one, { 'x-user': 'you' })]).toEqual([0, 1])
    expect(written(beta, gamma, put('beta'), put('gamma'))).toEqual(canary)
  })

  it.each<[string, readonly RequestMatch[], string]>([
    ['several conditions', [{ headers: { a: { exact: '1' }, b: { exact: '2' } } }], 'several conditions'],
    ['a header and a cookie', [{ headers: { a: { exact: '1' } }, cookie: { name: 'b', value: 'always' } }], 'several conditions'],
    ['two headers', [{ headers: { a: { exact: '1' } } }, { headers: { b: { exact: '2' } } }], 'not both a and b'],
    ['a path', [{ uri: { prefix: '/new' } }], 'nothing of paths and methods'],
    ['a method', [{ method: 'GET' }], 'nothing of paths and methods'],
    ['a cookie of another value', [{ cookie: { name: 'beta' } }], 'by the value always alone'],
    ['a header with an underscore', [{ headers: { x_beta: { exact: 'yes' } } }], 'no header named x_beta'],
    ['characters that ingress-nginx does not take', [{ headers: { a: { regex: '[<>]' } } }], 'no pattern with such characters'],
  ])('are refused for %s', (_, match, reason) => {
    expect(write(canary, put('beta', ...match))).toMatchObject({
      problem: { is: 'not-expressible', reason: expect.stringContaining(reason) as string },
    })
  })

  it('are refused beside an annotation of somebody else, which is never touched', () => {
    const theirs = annotated(canary, { [canaryAnnotations.header]: 'x-theirs' })
    expect(write(theirs, put('beta', { headers: { a: { exact: '1' } } }))).toMatchObject({
      problem: { reason: expect.stringContaining('of its own') as string },
    })
    expect(done(write(theirs, { is: 'nothing' }))).toBe(theirs)
  })

  it('that somebody has edited are not as asked, and are put right by the next write; without their annotations they are gone', () => {
    const beta = put('beta', { headers: { 'x-beta': { exact: 'yes' } } })
    const edited = annotated(written(beta), { [canaryAnnotations.headerValue]: 'no' })
    expect(done(nginxIngress.apart!.read(edited, ours)).routes).toEqual([{ name: 'beta', digest: '' }])
    expect(done(write(edited, beta))).toEqual(written(beta))
    expect(done(write(edited, { is: 'nothing' }))).toEqual(canary)

    const spoilt = annotated(canary, { [HEADER_ROUTES]: '{' })
    expect(done(nginxIngress.apart!.read(spoilt, ours)).routes).toEqual([])
  })

  it('do not change what ingress-nginx makes of the weight', () => {
    const beta = put('beta', { headers: { 'x-beta': { exact: 'yes' } } })
    const split = done(
      nginxIngress.writeSplit(written(beta), ours, [
        { to: 'stable', weight: 80 },
        { to: 'canary', weight: 20 },
      ]),
    ) as Ingress
    expect([share(split, {}), share(split, { 'x-beta': 'yes' }), share(split, { 'x-beta': 'no' })]).toEqual([0.2, 1, 0.2])
  })
})

describe('ingress-nginx has no', () => {
  it('mirror, and no users who stay on a side', () => {
    const sticky = { cookie: 'v', maxAge: 60, execution: 'k3f9', draws: { canary: 1, stable: 1 } }
    expect(write(canary, { is: 'mirror', percent: 10, allowUnsafeMethods: true })).toMatchObject({ problem: { is: 'not-expressible' } })
    expect(write(canary, { is: 'sticky', sticky })).toMatchObject({
      problem: { reason: expect.stringContaining('the session affinity of the main Ingress') as string },
    })
    expect(done(write(canary, { is: 'sticky', sticky: undefined }))).toBe(canary)
  })
})
