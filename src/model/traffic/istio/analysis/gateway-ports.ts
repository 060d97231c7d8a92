import type { KubernetesObject } from '#base/index.ts'
import { namespaceOf, type Gateway } from '../objects.ts'
import { selects, type Labels } from '../subsets.ts'
import { gatewaysOf, type Analyzer, type AnalyzerMessage } from './analyzer.ts'
import { podsOf, podsSelected, type PodLike } from './pods.ts'

/** The ingress gateway that Istio installs unless told otherwise; analyzers take it for present. */
const installedPod: PodLike = { namespace: 'istio-system', labels: { app: 'istio-ingressgateway', istio: 'ingressgateway' } }
const installedService: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'istio-ingressgateway', namespace: 'istio-system' },
  spec: {
    selector: installedPod.labels,
    ports: [15_021, 31_400, 15_443].map(port => ({ port })).concat([{ port: 80 }, { port: 443 }]),
  },
}

interface ServiceSpec {
  readonly selector?: Labels
  readonly ports?: readonly { readonly port?: number; readonly targetPort?: number | string }[]
}

/** Gateways that choose no pods, and ports that no Service before their pods has. */
export const gatewayPorts: Analyzer = config => {
  const pods = [installedPod, ...podsOf(config)]
  const services = [installedService, ...config.objects.filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Service')]
  return gatewaysOf(config).flatMap(gateway => messagesOf(gateway, pods, services))
}

function messagesOf(gateway: Gateway, pods: readonly PodLike[], services: readonly KubernetesObject[]): AnalyzerMessage[] {
  const chosen = podsSelected(pods, gateway.spec.selector ?? {})
  if (chosen.length === 0) {
    const words = `no pod has the labels of its selector (${labelText(gateway.spec.selector ?? {})})`
    return [{ code: 'IST0101', object: gateway, path: 'spec.selector', words, missing: { kind: 'Pod' } }]
  }
  const ports = services.flatMap(service => (chosen.some(pod => isBehind(pod, service)) ? portsOf(service) : []))
  return (gateway.spec.servers ?? []).flatMap(({ port }, index): AnalyzerMessage[] => {
    if (!port || ports.includes(port.number)) return []
    const words = `no Service before its pods has port ${port.number}; they have ${ports.join(', ') || 'none'}`
    const missing = { kind: 'Service', namespace: chosen[0]?.namespace ?? '' }
    return [{ code: 'IST0162', object: gateway, path: `spec.servers[${index}].port.number`, words, missing }]
  })
}

function isBehind(pod: PodLike, service: KubernetesObject): boolean {
  const { selector } = (service.spec ?? {}) as ServiceSpec
  return selector !== undefined && namespaceOf(service) === pod.namespace && selects(selector, pod.labels)
}

/** A server may name the Service's port, or the one that its pods listen on. */
function portsOf({ spec }: KubernetesObject): readonly number[] {
  const { ports = [] } = (spec ?? {}) as ServiceSpec
  return ports.flatMap(({ port, targetPort }) => [port, targetPort].filter(each => typeof each === 'number'))
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}
