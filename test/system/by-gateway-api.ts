import type { KubernetesObject } from '#base/index.ts'

/** The seed's manifests with a Gateway and an HTTPRoute in place of what is Istio's own: `test.com` leads to Service `cart-svc`. */
export function byGatewayApi(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const apiVersion = 'gateway.networking.k8s.io/v1'
  return [
    ...objects.filter(object => !object.apiVersion.startsWith('networking.istio.io/')),
    {
      apiVersion,
      kind: 'Gateway',
      metadata: { name: 'public', namespace: 'shop' },
      spec: { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
    },
    {
      apiVersion,
      kind: 'HTTPRoute',
      metadata: { name: 'cart', namespace: 'shop', annotations: { 'sluice.dev/managed': 'true' } },
      spec: { parentRefs: [{ name: 'public' }], hostnames: ['test.com'], rules: [{ backendRefs: [{ name: 'cart-svc', port: 80 }] }] },
    },
  ]
}
