import type { KubernetesObject } from '#base/index.ts'

/** Group of Gateway, HTTPRoute, GRPCRoute and ReferenceGrant. Only fields of the standard channel are read. */
export const gatewayApiGroup = 'gateway.networking.k8s.io'

/** Whether an object is of this Gateway API kind, in any version of the group. */
export function isGatewayApi(object: { readonly apiVersion: string; readonly kind: string }, kind: string): boolean {
  return object.kind === kind && object.apiVersion.startsWith(`${gatewayApiGroup}/`)
}

/** Named so because Istio has a Gateway of its own. */
export interface KubernetesGateway extends KubernetesObject {
  readonly spec: {
    readonly gatewayClassName: string
    readonly addresses?: readonly { readonly type?: string; readonly value?: string }[]
    readonly listeners?: readonly Listener[]
  }
}

export interface Listener {
  readonly name: string
  /** Left out: every host. */
  readonly hostname?: string
  readonly port: number
  readonly protocol: string
  readonly tls?: { readonly mode?: string }
  readonly allowedRoutes?: {
    readonly namespaces?: { readonly from?: string; readonly selector?: LabelSelector }
    readonly kinds?: readonly { readonly group?: string; readonly kind: string }[]
  }
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
}

/** An HTTPRoute or a GRPCRoute: they differ in their matches only. */
export interface GatewayRoute extends KubernetesObject {
  readonly kind: 'HTTPRoute' | 'GRPCRoute'
  readonly spec: {
    readonly hostnames?: readonly string[]
    readonly parentRefs?: readonly ParentRef[]
    readonly rules?: readonly GatewayRule[]
  }
}

/** A Gateway unless it says otherwise. */
export interface ParentRef {
  readonly group?: string
  readonly kind?: string
  readonly name: string
  readonly namespace?: string
  readonly sectionName?: string
  readonly port?: number
}

export interface GatewayRule {
  readonly name?: string
  readonly matches?: readonly (HttpRouteMatch | GrpcRouteMatch)[]
  readonly filters?: readonly RouteFilter[]
  readonly backendRefs?: readonly WeightedBackendRef[]
  readonly timeouts?: { readonly request?: string; readonly backendRequest?: string }
}

export interface HttpRouteMatch {
  readonly path?: { readonly type?: string; readonly value?: string }
  readonly headers?: readonly ValueMatch[]
  readonly queryParams?: readonly ValueMatch[]
  readonly method?: string
}

export interface GrpcRouteMatch {
  readonly method?: { readonly type?: string; readonly service?: string; readonly method?: string }
  readonly headers?: readonly ValueMatch[]
}

/** `Exact` where it has no type. */
export interface ValueMatch {
  readonly name: string
  readonly type?: string
  readonly value: string
}

/** A Service unless it says otherwise. */
export interface BackendRef {
  readonly group?: string
  readonly kind?: string
  readonly name: string
  readonly namespace?: string
  readonly port?: number
}

export interface WeightedBackendRef extends BackendRef {
  /** Relative to the others of the rule; 1 where absent. */
  readonly weight?: number
  readonly filters?: readonly RouteFilter[]
}

export interface RouteFilter {
  readonly type: string
  readonly requestHeaderModifier?: HeaderModifier
  readonly responseHeaderModifier?: HeaderModifier
  readonly requestRedirect?: RequestRedirect
  readonly urlRewrite?: { readonly hostname?: string; readonly path?: PathModifier }
  readonly requestMirror?: RequestMirror
  readonly cors?: CorsFilter
}

export interface HeaderModifier {
  readonly set?: readonly NamedValue[]
  readonly add?: readonly NamedValue[]
  readonly remove?: readonly string[]
}

export interface NamedValue {
  readonly name: string
  readonly value: string
}

export interface RequestRedirect {
  readonly scheme?: string
  readonly hostname?: string
  readonly path?: PathModifier
  readonly port?: number
  readonly statusCode?: number
}

export interface PathModifier {
  readonly type: string
  readonly replaceFullPath?: string
  readonly replacePrefixMatch?: string
}

/** Every request where neither percent nor fraction is said. */
export interface RequestMirror {
  readonly backendRef: BackendRef
  readonly percent?: number
  readonly fraction?: { readonly numerator: number; readonly denominator?: number }
}

export interface CorsFilter {
  readonly allowOrigins?: readonly string[]
  readonly allowMethods?: readonly string[]
  readonly allowHeaders?: readonly string[]
  readonly exposeHeaders?: readonly string[]
  readonly allowCredentials?: boolean
  /** Seconds. */
  readonly maxAge?: number
}

export interface ReferenceGrant extends KubernetesObject {
  readonly spec: {
    readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[]
    readonly to: readonly { readonly group: string; readonly kind: string; readonly name?: string }[]
  }
}

/** Where an object is; `default` where it does not say (a manifest). */
export function namespaceOf({ metadata }: { readonly metadata: { readonly namespace?: string } }): string {
  return metadata.namespace ?? 'default'
}
