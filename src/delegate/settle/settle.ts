import type { KubernetesObject } from '#base/index.ts'
import type { Arrival, EndpointArrival } from '#model/release/index.ts'

/** What is looked at: the managed objects as they were just read, and the pods as the API server lists them now. */
export interface LookedAt {
  readonly routes: readonly KubernetesObject[]
  readonly rule?: KubernetesObject
  /** Whose endpoints matter. */
  readonly services: readonly ServiceLookedAt[]
  /** On the way back: nothing guards it, so where the mesh does not tell, time must do for a shift (never for a removal). */
  readonly goingBack?: boolean
}

export interface ServiceLookedAt {
  readonly namespace: string
  readonly name: string
  /** Its pods, dying ones among them. */
  readonly pods: readonly KubernetesObject[]
}

export interface Seen {
  /** One per route, in their order. */
  readonly routes: readonly Arrival[]
  readonly rule?: Arrival
  readonly endpoints: EndpointArrival
  /** Milliseconds after which another look may tell more; Infinity when nothing is awaited. */
  readonly nextLookIn: number
}

/** Tells how far changes have come through the mesh. One per release and infrastructure; it remembers what it has seen. */
export interface Settle {
  readonly how: 'acknowledged' | 'seconds'
  /** Why this way and no better one, for the plan. */
  readonly why: string
  /** Tell right after every write of route or rule: what is seen from the beginning settles soonest. */
  wrote(object: KubernetesObject): void
  /** Looks once, and asks the mesh at least once: what it tells is true of this moment. Nothing is asked of the mesh between looks. */
  look(what: LookedAt, signal?: AbortSignal): Promise<Seen>
  /** What proxies are refusing at this moment, whoever wrote it; empty where the mesh cannot tell. */
  rejections(signal?: AbortSignal): Promise<readonly Rejection[]>
  /** Clusters from which istiod reads endpoints of a Service (by its full name); undefined where the mesh cannot tell. */
  endpointClusters(host: string, signal?: AbortSignal): Promise<readonly string[] | undefined>
  close(): void
}

/** A proxy that refused a configuration and keeps its former one. */
export interface Rejection {
  /** `istio-ingressgateway-6f.istio-system` */
  readonly proxy: string
  /** What was refused: `route`, `cluster`, `listener`, `endpoint`. */
  readonly type: string
  /** The proxy's own. */
  readonly words: string
}
