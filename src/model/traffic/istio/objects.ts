import type { KubernetesObject } from '#base/index.ts'

/** VirtualService, DestinationRule, Gateway and Sidecar are of this group, in every version with the same fields. */
export const istioGroup = 'networking.istio.io'

/** The versions a cluster may serve, the best first. */
export const istioVersions = ['v1', 'v1beta1', 'v1alpha3'] as const

export type IstioKind = 'VirtualService' | 'DestinationRule' | 'Gateway' | 'Sidecar'

/** Whether an object is of this Istio kind, in any version of the group. */
export function isIstio(object: { readonly apiVersion: string; readonly kind: string }, kind: IstioKind): boolean {
  const [group, version] = object.apiVersion.split('/')
  return object.kind === kind && group === istioGroup && (istioVersions as readonly (string | undefined)[]).includes(version)
}

interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

/** Where an object is; `default` where it does not say (a manifest). */
export function namespaceOf({ metadata }: Named): string {
  return metadata.namespace ?? 'default'
}

/** `namespace/name`, as Istio names gateways and VirtualServices. */
export function fullName(object: Named): string {
  return `${namespaceOf(object)}/${object.metadata.name}`
}

/** As far as we read it; whatever else stands in the object is kept by every edit. */
export interface VirtualService extends KubernetesObject {
  readonly spec: {
    readonly hosts?: readonly string[]
    readonly gateways?: readonly string[]
    readonly exportTo?: readonly string[]
    readonly http?: readonly HttpRoute[]
    readonly tls?: readonly unknown[]
    readonly tcp?: readonly unknown[]
  }
}

export interface HttpRoute {
  readonly name?: string
  readonly match?: readonly HttpMatch[]
  readonly route?: readonly RouteDestination[]
  readonly redirect?: HttpRedirect
  readonly directResponse?: HttpDirectResponse
  readonly delegate?: { readonly name?: string; readonly namespace?: string }
  readonly rewrite?: HttpRewrite
  readonly timeout?: string
  readonly retries?: HttpRetry
  readonly fault?: HttpFault
  readonly mirror?: IstioDestination
  readonly mirrors?: readonly { readonly destination: IstioDestination; readonly percentage?: Percent }[]
  readonly mirrorPercent?: number
  readonly mirrorPercentage?: Percent
  readonly corsPolicy?: CorsPolicy
  readonly headers?: HeaderOperations
}

export interface RouteDestination {
  readonly destination: IstioDestination
  /** Relative to the other rows; absent counts as 0 beside others, and says nothing alone. */
  readonly weight?: number
  readonly headers?: HeaderOperations
}

export interface IstioDestination {
  readonly host: string
  readonly subset?: string
  readonly port?: { readonly number?: number }
}

/** At most one of the three; none of them means "is there". */
export interface StringMatch {
  readonly exact?: string
  readonly prefix?: string
  readonly regex?: string
}

export interface HttpMatch {
  readonly name?: string
  readonly uri?: StringMatch
  readonly scheme?: StringMatch
  readonly method?: StringMatch
  readonly authority?: StringMatch
  readonly headers?: Readonly<Record<string, StringMatch>>
  readonly withoutHeaders?: Readonly<Record<string, StringMatch | null>>
  readonly queryParams?: Readonly<Record<string, StringMatch>>
  readonly port?: number
  readonly sourceLabels?: Readonly<Record<string, string>>
  readonly sourceNamespace?: string
  readonly gateways?: readonly string[]
  readonly ignoreUriCase?: boolean
}

export interface HeaderOperations {
  readonly request?: HeaderOperation
  readonly response?: HeaderOperation
}

export interface HeaderOperation {
  readonly set?: Readonly<Record<string, string>>
  readonly add?: Readonly<Record<string, string>>
  readonly remove?: readonly string[]
}

/** Of 100. */
export interface Percent {
  readonly value?: number
}

export interface HttpRedirect {
  readonly uri?: string
  readonly prefixRewrite?: string
  readonly authority?: string
  readonly port?: number
  readonly derivePort?: string
  readonly scheme?: string
  readonly redirectCode?: number
}

export interface HttpDirectResponse {
  readonly status: number
  readonly body?: { readonly string?: string; readonly bytes?: string }
}

export interface HttpRewrite {
  readonly uri?: string
  readonly authority?: string
  readonly uriRegexRewrite?: { readonly match?: string; readonly rewrite?: string }
}

export interface HttpRetry {
  readonly attempts?: number
  readonly perTryTimeout?: string
  readonly retryOn?: string
  readonly retryRemoteLocalities?: boolean
  readonly backoff?: string
}

export interface HttpFault {
  readonly delay?: {
    readonly percentage?: Percent
    readonly percent?: number
    readonly fixedDelay?: string
    readonly exponentialDelay?: string
  }
  readonly abort?: {
    readonly percentage?: Percent
    readonly httpStatus?: number
    readonly grpcStatus?: string
    readonly http2Error?: string
  }
}

export interface CorsPolicy {
  readonly allowOrigins?: readonly StringMatch[]
  readonly allowOrigin?: readonly string[]
  readonly allowMethods?: readonly string[]
  readonly allowHeaders?: readonly string[]
  readonly exposeHeaders?: readonly string[]
  readonly maxAge?: string
  readonly allowCredentials?: boolean
  readonly unmatchedPreflights?: string
}

export interface DestinationRule extends KubernetesObject {
  readonly spec: {
    readonly host: string
    readonly trafficPolicy?: unknown
    readonly subsets?: readonly Subset[]
    readonly exportTo?: readonly string[]
    readonly workloadSelector?: { readonly matchLabels?: Readonly<Record<string, string>> }
  }
}

export interface Subset {
  readonly name: string
  /** Absent or empty selects every endpoint of the host. */
  readonly labels?: Readonly<Record<string, string>>
  readonly trafficPolicy?: unknown
}

export interface Gateway extends KubernetesObject {
  readonly spec: {
    readonly selector?: Readonly<Record<string, string>>
    readonly servers?: readonly GatewayServer[]
  }
}

export interface GatewayServer {
  readonly name?: string
  readonly port: { readonly number: number; readonly protocol: string; readonly name: string }
  /** `[namespace/]host`; the namespace (`.`, `*` or a name) limits whose VirtualServices may bind. */
  readonly hosts: readonly string[]
  readonly bind?: string
  readonly tls?: { readonly httpsRedirect?: boolean; readonly mode?: string; readonly credentialName?: string }
}

/** Narrows what the sidecars of its namespace know: of the pods that its labels select, or of all that no other one selects. */
export interface Sidecar extends KubernetesObject {
  readonly spec?: {
    readonly workloadSelector?: { readonly labels?: Readonly<Record<string, string>> }
    readonly egress?: readonly SidecarEgress[]
    readonly outboundTrafficPolicy?: { readonly mode?: string }
  }
}

export interface SidecarEgress {
  /** Requests to this port alone; without one, to every port that no entry before it has. */
  readonly port?: { readonly number?: number }
  /** `namespace/host`: the namespace is a name, `*`, `.` for its own or `~` for none. */
  readonly hosts?: readonly string[]
}
