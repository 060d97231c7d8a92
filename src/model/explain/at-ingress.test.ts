import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { explain } from './explain.ts'
import { ask, facts, object, pod } from './shop-facts.contract.ts'

const host = 'cart.example.com'
const nginx = object('IngressClass', 'nginx', { controller: 'k8s.io/ingress-nginx' })

function ingress(name: string, service: string, annotations: object = {}): KubernetesObject {
  const paths = [{ path: '/cart', pathType: 'Prefix', backend: { service: { name: service, port: { name: 'http' } } } }]
  return object('Ingress', name, { ingressClassName: 'nginx', rules: [{ host, http: { paths } }] }, { annotations })
}

const service = (name: string, app: string): KubernetesObject =>
  object('Service', name, { selector: { app }, ports: [{ name: 'http', port: 80 }] })
const canary = ingress('cart-canary', 'cart-canary', {
  'nginx.ingress.kubernetes.io/canary': 'true',
  'nginx.ingress.kubernetes.io/canary-weight': '10',
  'nginx.ingress.kubernetes.io/canary-by-header': 'X-Canary',
  'sluice.dev/run': 'k3f9.3',
})
const [stablePod, canaryPod] = [pod('cart-a', { app: 'cart' }), pod('cart-b', { app: 'cart-canary' }, { image: 'acme/cart:2' })]

function told(
  pods: readonly KubernetesObject[] = [stablePod, canaryPod],
  path = '/cart/1',
  headers: Readonly<Record<string, string>> = {},
  second: KubernetesObject = canary,
) {
  const ingresses = [ingress('cart', 'cart'), second]
  const services = [service('cart', 'cart'), service('cart-canary', 'cart-canary')]
  return explain(ask({ host, path, headers }), facts({ ingresses, ingressClasses: [nginx], services, pods, virtualServices: [] }))
}

const shares = (...asked: Parameters<typeof told>): unknown =>
  told(...asked).doors.flatMap(({ answer }) =>
    answer.is === 'routed' ? answer.destinations.map(each => `${each.host.split('.')[0]} ${each.share} ${each.gets.is}`) : [answer.is],
  )

describe('a request that ingress-nginx takes', () => {
  it('goes to the Services of the closest path and of its canary, by their shares', () => {
    expect(shares()).toEqual(['cart 0.9 pod', 'cart-canary 0.1 pod'])
    const { doors, runs, unseen } = told()
    expect(doors.map(({ gateways, candidates }) => [gateways, candidates.map(({ object: name, role }) => `${role} ${name}`)])).toEqual([
      [['ingress-nginx'], ['answers Ingress shop/cart', 'answers Ingress shop/cart-canary']],
    ])
    expect(runs).toEqual([{ execution: 'k3f9', objects: ['Ingress shop/cart-canary'] }])
    expect(unseen).toEqual([])
  })

  it('goes where its header says', () => {
    expect(shares(undefined, '/cart', { 'x-canary': 'always' })).toEqual(['cart 0 pod', 'cart-canary 1 pod'])
  })

  it('is told which header route of a run has chosen the canary', () => {
    const annotations = {
      ...canary.metadata.annotations,
      'sluice.dev/header-routes': '[["beta",[{"headers":{"x-canary":{"exact":"yes"}}}]]]',
    }
    const { doors } = told(undefined, '/cart', { 'x-canary': 'always' }, ingress('cart-canary', 'cart-canary', annotations))
    expect(doors[0]?.candidates[1]?.why).toBe('is the canary of its Service, chosen by header (header route beta)')
  })

  it('stays with the main Service while the canary has no ready pod, and gets 503 where that one has none', () => {
    expect(shares([stablePod])).toEqual(['cart 1 pod', 'cart-canary 0 error'])
    expect(shares([canaryPod])).toEqual(['cart 1 error', 'cart-canary 0 pod'])
  })

  it('gets 404 for a path that nobody has', () => {
    expect(told(undefined, '/other').doors[0]?.answer).toMatchObject({ is: 'answered', status: 404 })
  })

  it('of another controller is only told of', () => {
    const ingresses = [ingress('cart', 'cart')]
    const { unseen } = explain(ask({ host }), facts({ ingresses, virtualServices: [] }))
    expect(unseen).toEqual([{ what: 'Ingress shop/cart', why: 'has this host too: what its controller does is not told here' }])
  })
})
