import type { KubernetesObject } from '#base/index.ts'

/** What istiod watches, and the resource that the API server keeps it under. */
export const watched = {
  VirtualService: 'virtualservices.networking.istio.io',
  DestinationRule: 'destinationrules.networking.istio.io',
  Gateway: 'gateways.networking.istio.io',
  GatewayClass: 'gatewayclasses.gateway.networking.k8s.io',
  /** The Gateway API's, which has its name in common with Istio's. */
  KubernetesGateway: 'gateways.gateway.networking.k8s.io',
  HTTPRoute: 'httproutes.gateway.networking.k8s.io',
  GRPCRoute: 'grpcroutes.gateway.networking.k8s.io',
  ReferenceGrant: 'referencegrants.gateway.networking.k8s.io',
  Namespace: 'namespaces',
  Service: 'services',
  EndpointSlice: 'endpointslices.discovery.k8s.io',
  Pod: 'pods',
} as const

export type WatchedKind = keyof typeof watched

/** Kinds that configz shows. */
export const configKinds = [
  'DestinationRule',
  'Gateway',
  'GatewayClass',
  'GRPCRoute',
  'HTTPRoute',
  'KubernetesGateway',
  'ReferenceGrant',
  'VirtualService',
] as const

type Labels = Readonly<Record<string, string>>

export interface Service extends KubernetesObject {
  readonly spec?: {
    readonly selector?: Labels
    readonly ports?: readonly { readonly name?: string; readonly port: number; readonly targetPort?: number | string }[]
  }
}

export interface EndpointSlice extends KubernetesObject {
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[] | null
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[]
        readonly conditions?: { readonly ready?: boolean; readonly terminating?: boolean }
        readonly targetRef?: { readonly kind?: string; readonly name?: string }
        readonly nodeName?: string
      }[]
    | null
}

/** `namespace/name`. */
export function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

/** The full name of a Service. */
export function hostOf({ metadata }: KubernetesObject): string {
  return `${metadata.name}.${metadata.namespace ?? ''}.svc.cluster.local`
}

/** Older first; Kubernetes counts whole seconds, so names decide between those of one second. */
export function byAge(a: KubernetesObject, b: KubernetesObject): number {
  const [first, second] = [a, b].map(({ metadata }) => `${metadata.creationTimestamp ?? ''} ${metadata.name} ${metadata.namespace ?? ''}`)
  return (first ?? '') < (second ?? '') ? -1 : 1
}
