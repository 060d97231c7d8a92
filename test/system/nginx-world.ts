import type { KubernetesObject } from '#base/index.ts'
import type { CartWorldOptions } from './cart-world.ts'

/** The host that users ask for. */
export const host = 'shop.example.com'

/** An Ingress of ingress-nginx that leads every path of the host to a Service. */
export function ingressTo(name: string, service: string, annotations: Readonly<Record<string, string>> = {}): KubernetesObject {
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service: { name: service, port: { number: 80 } } } }]
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop', annotations },
    spec: { ingressClassName: 'nginx', rules: [{ host, http: { paths } }] },
  }
}

/** The cart's manifests with a managed Ingress in place of everything of Istio. */
export function behindNginx(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const others = objects.filter(object => !object.apiVersion.startsWith('networking.istio.io/'))
  return [...others, ingressTo('cart', 'cart-svc', { 'sluice.dev/managed': 'true' })]
}

/** ingress-nginx as it is by itself: a look every 3.3 s, workers that follow within a second. */
export const nginx: CartWorldOptions = { nginx: { replicas: 2 }, late: 4500, change: behindNginx }
