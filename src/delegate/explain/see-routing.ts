import type { KubernetesObject } from '#base/index.ts'
import { selectorOf, type Collection, type Objects } from '#delegate/kubernetes/index.ts'
import { see, seeEverywhere } from '#delegate/preflight/index.ts'
import { gatewayNameLabel, type RoutingFacts } from '#model/explain/index.ts'
import type { Sight } from '#model/preflight/index.ts'
import { gatewayServices, istioGateways, type KubernetesGateway } from '#model/traffic/index.ts'

const istio = 'networking.istio.io/v1'
const gatewayApi = 'gateway.networking.k8s.io'

/** Reads everything that decides where requests go, but for the pods behind Services. Where the cluster may not be listed: `namespace`. */
export async function seeRouting(objects: Objects, namespace: string, signal: AbortSignal): Promise<RoutingFacts> {
  const all = (apiVersion: string, kind: string): Promise<Sight> => seeEverywhere(objects, { apiVersion, kind }, namespace, signal)
  const wide = (apiVersion: string, kind: string): Promise<Sight> => see(objects, { apiVersion, kind }, signal)
  const [ofIstio, ofGatewayApi, [services, namespaces, ingresses, ingressClasses]] = await Promise.all([
    Promise.all([
      all(istio, 'VirtualService'),
      all(istio, 'DestinationRule'),
      all(istio, 'Gateway'),
      all(istio, 'ServiceEntry'),
      all(istio, 'Sidecar'),
    ]),
    Promise.all([
      all(`${gatewayApi}/v1`, 'Gateway'),
      wide(`${gatewayApi}/v1`, 'GatewayClass'),
      all(`${gatewayApi}/v1`, 'HTTPRoute'),
      all(`${gatewayApi}/v1`, 'GRPCRoute'),
      all(`${gatewayApi}/v1beta1`, 'ReferenceGrant'),
    ]),
    Promise.all([
      all('v1', 'Service'),
      wide('v1', 'Namespace'),
      all('networking.k8s.io/v1', 'Ingress'),
      wide('networking.k8s.io/v1', 'IngressClass'),
    ]),
  ])
  const [virtualServices, destinationRules, gateways, serviceEntries, sidecars] = ofIstio
  const [kubernetesGateways, gatewayClasses, httpRoutes, grpcRoutes, grants] = ofGatewayApi
  const wanted = gatewayPodsOf({ gateways, kubernetesGateways, gatewayClasses, services })
  return {
    virtualServices,
    destinationRules,
    gateways,
    serviceEntries,
    sidecars,
    kubernetesGateways,
    gatewayClasses,
    httpRoutes,
    grpcRoutes,
    grants,
    services,
    namespaces,
    ingresses,
    ingressClasses,
    gatewayPods: await seePods(objects, wanted, signal),
    pods: { items: [] },
  }
}

/** The pods that Services select. */
export function seePodsOf(services: readonly KubernetesObject[], objects: Objects, signal: AbortSignal): Promise<Sight> {
  return seePods(objects, services.flatMap(podsOfService), signal)
}

/** What lists the pods that serve gateways: by the selectors of Istio's, by the label that deployed ones carry, and by Services of proxies. */
function gatewayPodsOf(
  facts: Pick<RoutingFacts, 'gateways' | 'kubernetesGateways' | 'gatewayClasses' | 'services'>,
): readonly Collection[] {
  const pods = { apiVersion: 'v1', kind: 'Pod' }
  const gateways = facts.kubernetesGateways.items as readonly KubernetesGateway[]
  const named = istioGateways(gateways, facts.gatewayClasses.items).flatMap(gatewayServices)
  const proxies = facts.services.items.filter(({ metadata }) =>
    named.some(({ namespace, name }) => metadata.namespace === namespace && metadata.name === name),
  )
  return [
    ...facts.gateways.items
      .map(selectorOf)
      .filter(labels => labels !== '')
      .map(labels => ({ ...pods, labels })),
    ...(gateways.length > 0 ? [{ ...pods, labels: gatewayNameLabel }] : []),
    ...proxies.flatMap(podsOfService),
  ]
}

function podsOfService(service: KubernetesObject): readonly Collection[] {
  const labels = selectorOf(service)
  return labels === '' ? [] : [{ apiVersion: 'v1', kind: 'Pod', namespace: service.metadata.namespace ?? 'default', labels }]
}

/** Pods of several collections, each once. */
async function seePods(objects: Objects, collections: readonly Collection[], signal: AbortSignal): Promise<Sight> {
  const distinct = [...new Map(collections.map(collection => [JSON.stringify(collection), collection])).values()]
  const sights = await Promise.all(distinct.map(collection => see(objects, collection, signal)))
  const unseen = sights.find(sight => sight.unseen !== undefined)?.unseen
  const items = [...new Map(sights.flatMap(sight => sight.items).map(pod => [pod.metadata.uid ?? pod.metadata.name, pod])).values()]
  return { items, ...(unseen === undefined ? {} : { unseen }) }
}
