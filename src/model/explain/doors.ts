import type { KubernetesObject } from '#base/index.ts'
import { selects } from '#model/preflight/index.ts'
import { isReady } from '#model/release/index.ts'
import {
  gatewayServices,
  gatewaysSelecting,
  istioGateways,
  listenersOf,
  type Gateway,
  type GatewayServer,
  type KubernetesGateway,
} from '#model/traffic/index.ts'
import { seen, type RoutingFacts } from './facts.ts'

/** A port on which one kind of gateway proxies takes requests. */
export interface Door {
  readonly gateways: readonly Gateway[]
  readonly kubernetesGateways: readonly KubernetesGateway[]
  /** Of the proxies: it decides what they see. */
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly proxies: number | undefined
  readonly port: number
  readonly scheme: 'http' | 'https'
}

/** What serves the same gateways is one proxy, however many pods it has. */
type Proxy = Omit<Door, 'port' | 'scheme'>

/** Every door of the cluster's gateways, port by port. */
export function doorsOf(facts: RoutingFacts): readonly Door[] {
  return proxiesOf(facts).flatMap(proxy => portsOf(proxy).map(port => ({ ...proxy, ...port })))
}

/** Proxies that run, and Gateways that nothing serves. */
function proxiesOf(facts: RoutingFacts): readonly Proxy[] {
  const groups = new Map<string, { readonly served: Served; readonly pods: KubernetesObject[] }>()
  for (const pod of facts.gatewayPods.items) {
    const served = servedBy(pod, facts)
    const key = JSON.stringify([pod.metadata.namespace, namesOf(served)])
    const group = groups.get(key)
    if (group) group.pods.push(pod)
    else groups.set(key, { served, pods: [pod] })
  }
  const running = [...groups.values()].map(({ served, pods }): Proxy => {
    const { namespace = '', labels = {} } = pods[0]?.metadata ?? {}
    return { ...served, namespace, labels, proxies: pods.filter(isReady).length }
  })
  return [...running, ...unserved(running, facts)]
}

type Served = Pick<Proxy, 'gateways' | 'kubernetesGateways'>

function namesOf({ gateways, kubernetesGateways }: Served): readonly string[] {
  return [...gateways, ...kubernetesGateways].map(({ apiVersion, metadata }) => `${apiVersion} ${metadata.namespace}/${metadata.name}`)
}

function servedBy(pod: KubernetesObject, facts: RoutingFacts): Served {
  const labels = pod.metadata.labels ?? {}
  const chosen = gatewaysSelecting(seen<Gateway>(facts.gateways), labels)
  return {
    gateways: seen<Gateway>(facts.gateways).filter(({ metadata }) =>
      chosen.includes(`${metadata.namespace ?? 'default'}/${metadata.name}`),
    ),
    kubernetesGateways: seen<KubernetesGateway>(facts.kubernetesGateways).filter(gateway => servesGateway(pod, gateway, facts)),
  }
}

/** Most implementations deploy proxies for a Gateway, with its name as a label; Istio also lets one name a Service of proxies that are there. */
function servesGateway(pod: KubernetesObject, gateway: KubernetesGateway, facts: RoutingFacts): boolean {
  const { namespace, labels = {} } = pod.metadata
  if (labels[gatewayNameLabel] === gateway.metadata.name && namespace === gateway.metadata.namespace) return true
  if (istioGateways([gateway], facts.gatewayClasses.items).length === 0) return false
  return gatewayServices(gateway).some(key =>
    facts.services.items.some(
      service =>
        service.metadata.name === key.name &&
        service.metadata.namespace === key.namespace &&
        service.metadata.namespace === namespace &&
        selectsPod(service, pod),
    ),
  )
}

/** On the pods that an implementation deploys for a Gateway. */
export const gatewayNameLabel = 'gateway.networking.k8s.io/gateway-name'

/** Whether a Service's selector selects a pod of its namespace. */
export function selectsPod({ metadata, spec }: KubernetesObject, pod: KubernetesObject): boolean {
  const { selector } = (spec ?? {}) as { readonly selector?: Readonly<Record<string, string>> }
  return metadata.namespace === pod.metadata.namespace && selects(selector, pod.metadata.labels ?? {})
}

/** Gateways without a pod: what would be answered can be told, though nobody answers. */
function unserved(running: readonly Proxy[], facts: RoutingFacts): readonly Proxy[] {
  const proxies = facts.gatewayPods.unseen === undefined ? 0 : undefined
  const free = <T extends KubernetesObject>(all: readonly T[], taken: (proxy: Proxy) => readonly KubernetesObject[]): readonly T[] =>
    all.filter(gateway => !running.some(proxy => taken(proxy).includes(gateway)))
  const istio = free(seen<Gateway>(facts.gateways), proxy => proxy.gateways).map(gateway => ({
    gateways: [gateway],
    kubernetesGateways: [],
    namespace: gateway.metadata.namespace ?? 'default',
    labels: gateway.spec.selector ?? {},
    proxies,
  }))
  const others = free(seen<KubernetesGateway>(facts.kubernetesGateways), proxy => proxy.kubernetesGateways).map(gateway => ({
    gateways: [],
    kubernetesGateways: [gateway],
    namespace: gateway.metadata.namespace ?? 'default',
    labels: {},
    proxies,
  }))
  return [...istio, ...others]
}

function portsOf({ gateways, kubernetesGateways }: Served): readonly Pick<Door, 'port' | 'scheme'>[] {
  const istio = gateways.flatMap(({ spec }) => (spec.servers ?? []).flatMap(server => schemeOf(server) ?? []))
  const others = kubernetesGateways
    .flatMap(listenersOf)
    .map(({ port, protocol }) => ({ port, scheme: protocol === 'HTTPS' ? ('https' as const) : ('http' as const) }))
  const all = [...istio, ...others].toSorted((a, b) => a.port - b.port)
  return all.filter(({ port }, index) => all.findIndex(each => each.port === port) === index)
}

/** Undefined for a server whose requests are not told apart by path and header. */
function schemeOf({ port: { number, protocol }, tls }: GatewayServer): Pick<Door, 'port' | 'scheme'> | undefined {
  const name = protocol.toUpperCase()
  if (name === 'HTTPS') return (tls?.mode ?? 'PASSTHROUGH').endsWith('PASSTHROUGH') ? undefined : { port: number, scheme: 'https' }
  return name.startsWith('HTTP') || name.startsWith('GRPC') ? { port: number, scheme: 'http' } : undefined
}
