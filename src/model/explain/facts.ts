import type { KubernetesObject } from '#base/index.ts'
import type { Sight } from '#model/preflight/index.ts'

/** What was seen of a cluster's routing. */
export interface RoutingFacts {
  readonly virtualServices: Sight
  readonly destinationRules: Sight
  /** Istio's. */
  readonly gateways: Sight
  readonly serviceEntries: Sight
  /** They narrow what callers inside the mesh know. */
  readonly sidecars: Sight
  /** The Gateway API's. */
  readonly kubernetesGateways: Sight
  readonly gatewayClasses: Sight
  readonly httpRoutes: Sight
  readonly grpcRoutes: Sight
  readonly grants: Sight
  /** Those of ingress-nginx are followed, of others it is only told. */
  readonly ingresses: Sight
  readonly ingressClasses: Sight
  readonly services: Sight
  readonly namespaces: Sight
  /** Pods that serve the gateways. */
  readonly gatewayPods: Sight
  /** Pods behind the Services that requests go to. */
  readonly pods: Sight
}

/** The request that is asked about, and where it comes in. */
export interface Question {
  readonly method: string
  /** The Host header. */
  readonly host: string
  /** With the query string. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Every gateway that takes the host, one gateway, or a pod with a sidecar. */
  readonly from:
    | { readonly is: 'gateways'; readonly name?: string }
    | { readonly is: 'pod'; readonly namespace: string; readonly labels: Readonly<Record<string, string>> }
  /** Every port where left out; 80 inside the mesh. */
  readonly port?: number
}

/** The items of a sight as what they are. */
export function seen<T extends KubernetesObject>(sight: Sight): readonly T[] {
  return sight.items as readonly T[]
}
