import type { KubernetesObject } from '#base/index.ts'
import type { Question, RoutingFacts } from './facts.ts'

const versions: Readonly<Record<string, string>> = {
  VirtualService: 'networking.istio.io/v1',
  DestinationRule: 'networking.istio.io/v1',
  Gateway: 'networking.istio.io/v1',
  Sidecar: 'networking.istio.io/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  Ingress: 'networking.k8s.io/v1',
}

/** An object of namespace `shop`, unless `more` says otherwise. */
export function object(kind: string, name: string, spec: object, more: object = {}): KubernetesObject {
  return { apiVersion: versions[kind] ?? 'v1', kind, metadata: { name, namespace: 'shop', ...more }, spec }
}

export function pod(name: string, labels: object, { ready = true, image = 'acme/cart:1', namespace = 'shop' } = {}): KubernetesObject {
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }]
  return {
    ...object('Pod', name, { containers: [{ name: 'app', image }] }, { labels, namespace }),
    status: { phase: 'Running', conditions },
  }
}

export const entry = (name: string, more: object): object => ({ name, ...more })
export const to = (subset?: string, weight?: number): object => ({
  destination: { host: 'cart', ...(subset === undefined ? {} : { subset }) },
  ...(weight === undefined ? {} : { weight }),
})

export const virtualService = (http: readonly object[], more: object = {}, metadata: object = {}): KubernetesObject =>
  object('VirtualService', 'cart', { hosts: ['shop.test'], gateways: ['public'], http, ...more }, metadata)

export const split = entry('all', { route: [to('stable', 90), to('canary', 10)] })

const rule = object('DestinationRule', 'cart', {
  host: 'cart',
  subsets: [
    { name: 'stable', labels: { track: 'stable' } },
    { name: 'canary', labels: { track: 'canary' } },
  ],
})

const servers = [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }]

/** A shop with a split route: three pods of version 1, one of version 2, a gateway with one pod. */
export function facts(more: Partial<{ readonly [Field in keyof RoutingFacts]: readonly KubernetesObject[] }> = {}): RoutingFacts {
  const usual = {
    virtualServices: [virtualService([split])],
    destinationRules: [rule],
    gateways: [object('Gateway', 'public', { selector: { istio: 'ingress' }, servers })],
    serviceEntries: [],
    sidecars: [],
    kubernetesGateways: [],
    gatewayClasses: [],
    httpRoutes: [],
    grpcRoutes: [],
    grants: [],
    ingresses: [],
    ingressClasses: [],
    services: [object('Service', 'cart', { selector: { app: 'cart' }, ports: [{ port: 80 }] })],
    namespaces: [],
    gatewayPods: [pod('ingress-1', { istio: 'ingress' }, { namespace: 'istio-system' })],
    pods: [
      ...['a', 'b', 'c'].map(name => pod(`cart-${name}`, { app: 'cart', track: 'stable' })),
      pod('canary-a', { app: 'cart', track: 'canary' }, { image: 'acme/cart:2' }),
    ],
  }
  const all = Object.entries({ ...usual, ...more }).map(([field, items]) => [field, { items }])
  return Object.fromEntries(all) as RoutingFacts
}

export function ask(more: Partial<Question> = {}): Question {
  return { method: 'GET', host: 'shop.test', path: '/cart', headers: {}, from: { is: 'gateways' }, ...more }
}
