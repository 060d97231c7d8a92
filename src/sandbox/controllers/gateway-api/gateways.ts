import { equal } from '#sandbox/api-server/index.ts'
import {
  attach,
  gatewayServices,
  isParent,
  type GatewayRoutingConfig,
  type Judgement,
  type KubernetesGateway,
  type Listener,
} from '#model/traffic/index.ts'
import type { KubernetesObject } from '#base/index.ts'
import { conditionsOf } from '../conditions.ts'
import { namesIn, type Controller, type ControllerWorld } from '../controller.ts'
import type { Objects } from '../objects.ts'
import { keyOf, timestamp, type Condition } from '../shapes.ts'
import { gatewayApi, routingConfig } from './world.ts'

interface GatewayStatus {
  readonly conditions?: readonly Condition[]
  readonly listeners?: readonly { readonly name: string; readonly conditions?: readonly Condition[] }[]
}

/** The status of Gateways whose class is Istio's: accepted, programmed where its Services are there, with addresses and attached routes. */
export function gatewayController({ objects, clock }: ControllerWorld, delay: () => number): Controller {
  const every = (): readonly string[] => objects.list(gatewayApi.Gateway).map(({ metadata }) => keyOf(metadata))
  return {
    name: 'gateway',
    delay,
    watches: {
      [gatewayApi.Gateway]: ({ object }) => [keyOf(object.metadata)],
      [gatewayApi.GatewayClass]: every,
      [gatewayApi.HTTPRoute]: every,
      [gatewayApi.GRPCRoute]: every,
      namespaces: every,
      services: every,
    },
    reconcile(key) {
      const { namespace, name } = namesIn(key)
      const config = routingConfig(objects)
      const gateway = config.gateways.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace)
      if (gateway && !gateway.metadata.deletionTimestamp) level(objects, gateway, config, timestamp(clock.now()))
    },
  }
}

function level(objects: Objects, gateway: KubernetesGateway, config: GatewayRoutingConfig, at: string): void {
  const former = (gateway.status ?? {}) as GatewayStatus
  const services = gatewayServices(gateway).map(key => ({ ...key, object: objects.get('services', key.namespace, key.name) }))
  const stamp = { generation: gateway.metadata.generation, at }
  const status = {
    addresses: services.flatMap(({ name, namespace, object }) =>
      object ? [{ type: 'Hostname', value: `${name}.${namespace}.svc.cluster.local` }] : [],
    ),
    conditions: conditionsOf([accepted, programmed(gateway, services), resolved], former.conditions, stamp),
    listeners: (gateway.spec.listeners ?? []).map(listener => ({
      name: listener.name,
      supportedKinds: isPlayed(listener) ? ['HTTPRoute', 'GRPCRoute'].map(kind => ({ group: 'gateway.networking.k8s.io', kind })) : [],
      attachedRoutes: attachedRoutes(gateway, listener, config),
      conditions: conditionsOf(judgeListener(listener), former.listeners?.find(({ name }) => name === listener.name)?.conditions, stamp),
    })),
  }
  if (!equal(status, former)) objects.replace(gatewayApi.Gateway, { ...gateway, status }, 'status')
}

const accepted: Judgement = { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'Resource accepted' }
const resolved: Judgement = { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message: 'All references resolved' }

interface Named {
  readonly name: string
  readonly namespace: string
  readonly object: KubernetesObject | undefined
}

function programmed({ spec }: KubernetesGateway, services: readonly Named[]): Judgement {
  const type = 'Programmed'
  const missing = services
    .filter(({ object }) => !object)
    .map(({ name, namespace }) => `hostname "${name}.${namespace}.svc.cluster.local" not found`)
  if (missing.length > 0)
    return {
      type,
      status: 'False',
      reason: 'AddressNotUsable',
      message: `Failed to assign to any requested addresses: ${missing.join(', ')}`,
    }
  const ports = [...new Set((spec.listeners ?? []).map(({ port }) => port))].toSorted((a, b) => a - b)
  const places = services.flatMap(({ name, namespace }) => ports.map(port => `${name}.${namespace}.svc.cluster.local:${port}`))
  return { type, status: 'True', reason: type, message: `Resource programmed, assigned to service(s) ${places.join(' and ')}` }
}

/** The sandbox's gateways speak HTTP; they have no certificates. */
function isPlayed({ protocol }: Listener): boolean {
  return protocol === 'HTTP'
}

function judgeListener(listener: Listener): readonly Judgement[] {
  const good = (type: string): Judgement => ({ type, status: 'True', reason: type, message: 'No errors found' })
  const conflicted: Judgement = { type: 'Conflicted', status: 'False', reason: 'NoConflicts', message: 'No errors found' }
  if (isPlayed(listener)) return [good('Accepted'), conflicted, good('Programmed'), good('ResolvedRefs')]
  const message = `protocol "${listener.protocol}" is unsupported`
  return [
    { type: 'Accepted', status: 'False', reason: 'UnsupportedProtocol', message },
    conflicted,
    { type: 'Programmed', status: 'False', reason: 'Invalid', message },
    good('ResolvedRefs'),
  ]
}

function attachedRoutes(gateway: KubernetesGateway, listener: Listener, { routes, namespaceLabels }: GatewayRoutingConfig): number {
  const attaches = (route: (typeof routes)[number]): boolean =>
    (route.spec.parentRefs ?? []).some(ref => {
      if (!isParent(ref, route.metadata.namespace ?? '', gateway)) return false
      const attachment = attach(route, ref, gateway, namespaceLabels)
      return attachment.is === 'attached' && attachment.listeners.some(one => one.listener === listener)
    })
  return routes.filter(attaches).length
}
