import type { KubernetesObject } from '#base/index.ts'
import { istioGatewayController } from '#model/traffic/index.ts'
import type { ObjectStore } from '#sandbox/api-server/index.ts'

const namespace = 'istio-system'

export interface IstioOptions {
  readonly version: string
  readonly istiods: number
  readonly gateways: number
  /** Milliseconds of `PILOT_DEBOUNCE_AFTER`, where it is set. */
  readonly debounceAfter?: number | undefined
}

/** Creates istiod and the ingress gateway as Deployments with Services, as an installation of Istio does. */
export function installIstio(store: ObjectStore, options: IstioOptions): void {
  const { version, debounceAfter } = options
  const env = debounceAfter === undefined ? [] : [{ name: 'PILOT_DEBOUNCE_AFTER', value: `${debounceAfter}ms` }]
  const objects: readonly KubernetesObject[] = [
    workload('istiod', { app: 'istiod', istio: 'pilot', [revision]: 'default' }, `docker.io/istio/pilot:${version}`, options.istiods, env),
    workload(
      'istio-ingressgateway',
      { app: 'istio-ingressgateway', istio: 'ingressgateway' },
      `docker.io/istio/proxyv2:${version}`,
      options.gateways,
    ),
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'istio' },
      spec: { controllerName: istioGatewayController },
    },
    service('istiod', { app: 'istiod', istio: 'pilot' }, { 'https-dns': 15_012, 'http-monitoring': 15_014 }),
    service('istio-ingressgateway', { app: 'istio-ingressgateway', istio: 'ingressgateway' }, { 'status-port': 15_021, http2: 80 }),
  ]
  const resources: Readonly<Record<string, string>> = {
    Deployment: 'deployments.apps',
    Service: 'services',
    GatewayClass: 'gatewayclasses.gateway.networking.k8s.io',
  }
  for (const object of objects) store.create(resources[object.kind] ?? '', object, { manager: 'istioctl' })
}

type Labels = Readonly<Record<string, string>>

/** An istiod carries its revision as a label, a pod into which a proxy was injected that of its istiod as an annotation. */
const revision = 'istio.io/rev'

function workload(name: string, labels: Labels, image: string, replicas: number, env: readonly object[] = []): KubernetesObject {
  const container = { name, image, ...(env.length > 0 ? { env } : {}) }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      progressDeadlineSeconds: 600,
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations: { [revision]: 'default' } }, spec: { containers: [container] } },
    },
  }
}

function service(name: string, selector: Labels, ports: Readonly<Record<string, number>>): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: selector },
    spec: {
      selector,
      ports: Object.entries(ports).map(([portName, port]) => ({ name: portName, port, targetPort: port, protocol: 'TCP' })),
    },
  }
}
