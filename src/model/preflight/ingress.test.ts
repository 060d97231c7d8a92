import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { against, deployment, facts, object, said, unseen } from './cart-facts.contract.ts'
import { neededRights } from './rights.ts'

const group = 'networking.k8s.io/v1'
const nginx = 'nginx.ingress.kubernetes.io/'
const backend = (name: string) => ({ service: { name, port: { number: 80 } } })

function ingress(name: string, to: string, more: { readonly path?: string; readonly metadata?: object; readonly spec?: object } = {}) {
  const paths = [{ path: more.path ?? '/', pathType: 'Prefix', backend: backend(to) }]
  const spec = { ingressClassName: 'nginx', rules: [{ host: 'shop.example.com', http: { paths } }], ...more.spec }
  return { ...object('Ingress', name, spec, more.metadata), apiVersion: group }
}

const ingressClass = (name: string, controller: string): KubernetesObject => object('IngressClass', name, { controller })
const main = ingress('cart', 'cart-svc')
const canary = ingress('cart-canary', 'cart-svc-canary', {
  metadata: { annotations: { [`${nginx}canary`]: 'true', [`${nginx}canary-weight`]: '0' } },
})
const classes = { items: [ingressClass('nginx', 'k8s.io/ingress-nginx'), ingressClass('web', 'nginx.org/ingress-controller')] }

function behindNginx(subject: object = {}, around: object = {}): ReturnType<typeof facts> {
  return facts({ routes: [main], beside: [canary], ...subject }, { ingressClasses: classes, ...around })
}
const annotated = (annotations: object): KubernetesObject => ingress('cart', 'cart-svc', { metadata: { annotations } })

describe('an Ingress of ingress-nginx', () => {
  it('is fine as it usually is', () => {
    expect(said('route', behindNginx())).toEqual([])
  })

  it('of another controller is refused, and of a class that is not there; one that may be of this make is told', () => {
    const of = (ingressClassName: string, items: readonly KubernetesObject[] = classes.items) =>
      said('route', behindNginx({ routes: [ingress('cart', 'cart-svc', { spec: { ingressClassName } })] }, { ingressClasses: { items } }))
    expect(of('web')).toEqual(['refuse INGRESS-CLASS'])
    expect(of('other')).toEqual(['refuse INGRESS-CLASS'])
    expect(of('inside', [ingressClass('inside', 'k8s.io/internal-nginx')])).toEqual(['warn INGRESS-CLASS'])
  })

  it('with session affinity is refused, unless affinity leaves canaries alone', () => {
    const affinity = { [`${nginx}affinity`]: 'cookie' }
    expect(said('route', behindNginx({ routes: [annotated(affinity)] }))).toEqual(['refuse INGRESS-STICKY'])
    const legacy = { ...affinity, [`${nginx}affinity-canary-behavior`]: 'legacy' }
    expect(said('route', behindNginx({ routes: [annotated(legacy)] }))).toEqual([])
    const subset = { [`${nginx}upstream-hash-by`]: '$host', [`${nginx}upstream-hash-by-subset`]: 'true' }
    expect(said('route', behindNginx({ routes: [annotated(subset)] }))).toEqual(['refuse INGRESS-STICKY'])
  })

  it('whose canary can be asked for by header or cookie is told', () => {
    const annotations = { ...canary.metadata.annotations, [`${nginx}canary-by-header`]: 'X-Canary', [`${nginx}canary-by-cookie`]: 'canary' }
    const found = against('route', behindNginx({ beside: [{ ...canary, metadata: { ...canary.metadata, annotations } }] }))
    expect(found).toMatchObject([{ level: 'warn', message: expect.stringContaining('header X-Canary and cookie canary') as string }])
  })

  it('of whose paths an older one has some is told, in whatever namespace that is', () => {
    const older = ingress('front', 'front', { metadata: { namespace: 'web', creationTimestamp: '2026-01-01T00:00:00Z' } })
    const found = against('route', behindNginx({}, { ingresses: { items: [main, older] } }))
    expect(found).toMatchObject([{ level: 'warn', message: expect.stringContaining('shop.example.com/ by Ingress web/front') as string }])
    const elsewhere = { ...older, spec: { ...(older.spec as object), ingressClassName: 'web' } }
    expect(said('route', behindNginx({}, { ingresses: { items: [main, elsewhere] } }))).toEqual([])
  })

  it('that the manifests move to other paths is refused: its canary would be heeded no more in mid-roll', () => {
    const rendered = (path: string) => [{ object: ingress('cart', 'cart-svc', { path }), live: main }]
    expect(said('route', behindNginx({ manifests: rendered('/cart') }))).toEqual(['refuse INGRESS-PATHS-MOVE'])
    expect(said('route', behindNginx({ manifests: rendered('/') }))).toEqual([])
  })

  it.each([
    [{ type: 'Recreate' }, 'strategy Recreate'],
    [{ rollingUpdate: { maxUnavailable: '100%' } }, 'maxUnavailable 100% of 4 pods'],
    [{ rollingUpdate: { maxUnavailable: 4, maxSurge: 0 } }, 'maxUnavailable 4 of 4 pods'],
  ])('before a workload that may lose its last pod is refused: %j', (strategy, words) => {
    const next = { ...deployment('2.0.0'), spec: { ...(deployment('2.0.0').spec as object), strategy } }
    expect(against('route', behindNginx({ next }))).toMatchObject([{ level: 'refuse', message: expect.stringContaining(words) as string }])
    expect(said('route', behindNginx({ next, first: true }))).toEqual([])
  })

  it('is unknown in part where classes and other namespaces cannot be seen', () => {
    expect(said('route', behindNginx({}, { ingresses: unseen(), ingressClasses: unseen() }))).toEqual(['unknown UNSEEN', 'unknown UNSEEN'])
  })

  it('needs the right to make and delete what it holds its split in, not to write the Ingress itself', () => {
    const made = { ...canary, metadata: { name: 'cart-canary', namespace: 'shop' } }
    const rights = (beside: KubernetesObject) =>
      neededRights(behindNginx({ beside: [beside] }).subject)
        .filter(({ kind, steps }) => kind === 'Ingress' && steps.includes('the way back'))
        .map(({ verb, name }) => `${verb} ${name ?? 'any'}`)
        .toSorted()
    expect(rights(made)).toEqual(['create any', 'delete cart-canary', 'patch cart-canary'])
    expect(rights(canary)).toEqual(['patch cart-canary'])
  })
})
