import type { KubernetesObject } from '#base/index.ts'
import type { Goal } from '#model/release/index.ts'
import type { EntryChoice } from '#model/traffic/index.ts'
import type { Touches } from './objects-rights.ts'
import type { MissingRight, RightsSeen } from './right.ts'

/** What was seen of a kind. `unseen` says which part could not be listed, and why. */
export interface Sight {
  readonly items: readonly KubernetesObject[]
  readonly unseen?: string
}

/** A step of the workflow by its name, with the goals that it will aim for. */
export interface StepGoals {
  readonly name: string
  readonly goals: readonly Goal[]
  /** Objects beside the traffic that it changes. */
  readonly touches?: Touches
  /** It judges a version by its requests, so that somebody must be able to tell of them. */
  readonly measures?: boolean
}

/** The release as its manifests and the cluster have it. Where an object does not exist yet, the rendered one stands in its place. */
export interface Subject {
  readonly namespace: string
  readonly steps: readonly StepGoals[]
  /** What to do about callers that reach the pods past the managed routes. */
  readonly bypass: 'accept' | 'refuse'
  /** What to do about endpoints of the Service in other clusters. */
  readonly remoteEndpoints: 'accept' | 'refuse'
  /** How arrival is asked to be known. */
  readonly settle: 'auto' | 'acknowledged' | 'seconds'
  /** Names of the subsets that the run's rows will name; none where the sides are Services of their own. */
  readonly subsets: readonly string[]
  readonly entries?: EntryChoice
  /** Host of the managed destination, as the routes spell it. */
  readonly host: string
  readonly service: KubernetesObject
  /** Every Service of the namespace. */
  readonly services: readonly KubernetesObject[]
  readonly routes: readonly KubernetesObject[]
  /** Gateways of the routes of which it was not to be read what they can, where the run does what not every one can. */
  readonly unreadGateways?: readonly { readonly name: string; readonly namespace: string }[]
  /** What holds splits beside their routes: as it lives, or (without a uid) as the run will make it. */
  readonly beside?: readonly KubernetesObject[]
  /** The managed DestinationRule as it is, and as the run will leave it. */
  readonly rule?: { readonly before?: KubernetesObject; readonly after: KubernetesObject }
  readonly workload: KubernetesObject
  /** The workload with the template of the new version. */
  readonly next: KubernetesObject
  /** Name of the second workload. */
  readonly canary: string
  /**
   * Where the sides are Services: the canary's, and the label by which its pods are out of the stable one's reach. `kept`: it is of the
   * manifests (a stage Service), so that the run neither makes nor removes it.
   */
  readonly isolated?: {
    readonly service: string
    readonly kept: boolean
    readonly label: { readonly key: string; readonly canary: string }
  }
  /** Pods that the Service selects. */
  readonly pods: readonly KubernetesObject[]
  /** Nobody is served yet. */
  readonly first: boolean
  /** Name of the ConfigMap from which the release can be restored. */
  readonly record: string
  /** HorizontalPodAutoscalers that scale the workload. */
  readonly autoscalers: readonly KubernetesObject[]
  /** ScaledObjects by which KEDA keeps some of them, where they may be read: their floors are raised instead. */
  readonly scaledObjects?: readonly KubernetesObject[]
  /** Every rendered object, and the live one where there is one. */
  readonly manifests: readonly { readonly object: KubernetesObject; readonly live?: KubernetesObject }[]
}

/** A proxy that refuses a configuration, in its own words. */
export interface RejectionSeen {
  /** `istio-ingressgateway-6f.istio-system` */
  readonly proxy: string
  readonly type: string
  readonly words: string
}

/** How a server-side dry run of one restoring patch ended. */
export interface WayBackTried {
  /** `VirtualService shop/cart` */
  readonly object: string
  /** Why the server refuses it, in its words; undefined where it takes it. */
  readonly refused?: string
  /** It is a right that is missing. */
  readonly forbidden?: boolean
}

/** Who could tell how the requests of a run went. */
export interface CountingSeen {
  /** Rights that are missing to ask the gateways themselves. */
  readonly missing: readonly MissingRight[]
  /** The Prometheus that is named, and what keeps it from telling; `nobody`: it answers, and has nothing of the callers' proxies. */
  readonly prometheus?: { readonly url: string; readonly trouble?: 'nobody' | { readonly says: string; readonly todo: string } }
}

/** What was seen around the release. */
export interface Around {
  readonly rights: RightsSeen
  readonly settle: { readonly how: 'acknowledged' | 'seconds'; readonly why: string }
  /** Rights that are missing to ask istiod; looked for where arrival can only be waited for. */
  readonly missingForIstiod: readonly MissingRight[]
  /** What proxies refuse now; undefined where istiod cannot be asked. */
  readonly rejections?: readonly RejectionSeen[]
  /** Who could tell how requests went. */
  readonly counting: CountingSeen
  /** Pods of the gateways that the routes are bound to. */
  readonly gatewayPods: Sight
  /** The release's own namespace, with its labels. */
  readonly home: Sight
  readonly virtualServices: Sight
  readonly destinationRules: Sight
  readonly httpRoutes: Sight
  /** Looked for where a managed route is an Ingress. */
  readonly ingresses: Sight
  readonly ingressClasses: Sight
  /** Of the release's namespace, as budgets, policies and quotas. */
  readonly scaledObjects: Sight
  readonly budgets: Sight
  readonly networkPolicies: Sight
  readonly quotas: Sight
  readonly nodes: Sight
  /** Clusters in which istiod knows endpoints of the Service; undefined where istiod cannot be asked. */
  readonly endpointClusters?: readonly string[]
  readonly wayBack: readonly WayBackTried[]
}

/** Everything that the checks look at. */
export interface Facts {
  readonly subject: Subject
  readonly around: Around
}
