import type { KubernetesObject } from '#base/index.ts'
import type { ConfigChange } from './config-reader.ts'
import type { WatchedKind } from './resources.ts'

/** What travels from istiod to a proxy, in the order in which one push sends it. */
export const xdsTypes = ['clusters', 'endpoints', 'listeners', 'routes'] as const
export type XdsType = (typeof xdsTypes)[number]

/** What a change asks to be pushed. `endpoints`: the addresses of a Service alone. */
export type PushKind = Exclude<WatchedKind, 'EndpointSlice' | 'Pod'> | 'endpoints'

/** Which parts of a gateway's configuration depend on which kind. */
export const dependsOn: Readonly<Record<PushKind, readonly XdsType[]>> = {
  VirtualService: ['clusters', 'listeners', 'routes'],
  DestinationRule: xdsTypes,
  Gateway: ['listeners', 'routes'],
  // Routes and Gateways of the Gateway API become VirtualServices and Gateways inside istiod.
  HTTPRoute: ['clusters', 'listeners', 'routes'],
  GRPCRoute: ['clusters', 'listeners', 'routes'],
  KubernetesGateway: ['listeners', 'routes'],
  GatewayClass: ['listeners', 'routes'],
  ReferenceGrant: ['routes'],
  Namespace: ['routes'],
  Service: xdsTypes,
  endpoints: ['endpoints'],
}

/**
 * Whether istiod pushes because of a change it has read: a change of metadata alone does not count, unless some key of labels or
 * annotations contains `istio.io`; a DestinationRule with a short host counts always (istiod compares the short with the full name).
 */
export function causesPush({ kind, type, object, previous }: ConfigChange): boolean {
  // Gateways may choose routes by labels of namespaces; a new one has no routes yet.
  if (kind === 'Namespace')
    return type === 'MODIFIED' && previous !== undefined && differs(object.metadata.labels, previous.metadata.labels)
  if (type !== 'MODIFIED' || !previous) return true
  if (kind === 'Service') return differs(object.spec, previous.spec) || differs(marks(object), marks(previous))
  if (mentionsIstio(object) || mentionsIstio(previous)) return true
  if (kind === 'DestinationRule' && !hostOfRule(object).includes('.')) return true
  return differs(object.spec, previous.spec)
}

function hostOfRule({ spec }: KubernetesObject): string {
  return (spec as { readonly host?: string } | undefined)?.host ?? ''
}

function mentionsIstio({ metadata }: KubernetesObject): boolean {
  return [...Object.keys(metadata.labels ?? {}), ...Object.keys(metadata.annotations ?? {})].some(key => key.includes('istio.io'))
}

function marks({ metadata }: KubernetesObject): object {
  return [metadata.labels ?? {}, metadata.annotations ?? {}]
}

function differs(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) !== JSON.stringify(b)
}
