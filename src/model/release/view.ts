import type { Row } from '#model/traffic/index.ts'
import type { Arrival } from './arrival.ts'
import type { PlainView } from './plain/view.ts'

/**
 * Which version a pod template is: the snapshot's, the one that the run brings, both (a run that changes nothing in it), or neither:
 * then somebody else wrote it. Versions are what users get; names of workloads and subsets are only names.
 */
export interface Version {
  readonly before: boolean
  readonly next: boolean
}

/** One managed entry of a route, as far as the protocol reads it. */
export type RouteView =
  /** As at rest: balances over every pod that the Service selects; those are stable's alone where it is `narrow`. */
  | { readonly is: 'bare'; readonly narrow?: boolean }
  /** Our rows, weights in percent of our share of the route. */
  | {
      readonly is: 'split'
      readonly rows: readonly Row[]
      /** Its rows are stable's and the canary's, in no order. */
      readonly unordered?: boolean
      /** Whole percent of the entry that is ours; 100 where left out. Below it weights are rounded, and rows are compared as rounded. */
      readonly ofRoute?: number
      /** How often a request is tried again elsewhere when its connection fails, where the entry says so itself. */
      readonly retries?: number
    }

/** The user's own workload. Pods count by revision (pod-template-hash), not by the template that the Deployment has at the moment. */
export interface StableView {
  readonly version: Version
  readonly paused: boolean
  readonly replicas: number
  /** Hash of the ReplicaSet that has the Deployment's template; undefined until the controller has made it. */
  readonly hash: string | undefined
  /** Every live pod is of that ReplicaSet. */
  readonly onlyCurrent: boolean
  /** It takes no pod away before another is ready, for the time of our roll. */
  readonly surging: boolean
  /** Not paused, and pods of another revision are being replaced. */
  readonly rolling: boolean
  /** Pods of the current ReplicaSet: ready, and known to every proxy. */
  readonly ready: number
  readonly known: number
  /** Pods that stable's name in the routes stands for: those of its subset, or, where it is a Service, all. The Deployment's template does not matter. */
  readonly subset: {
    readonly hash: string | undefined
    readonly version: Version
    readonly alive: number
    readonly known: number
    /** Dead, yet some proxy that a shift waits for may still list them: retries hide a minority of them only. */
    readonly stale: number
  }
  /** Addresses of dead pods of it, which some proxy may still send to once the route is bare. */
  readonly strays: number
  /** Image IDs of the current pods are those that the canary ran; undefined while there is nothing to compare. */
  readonly sameImages: boolean | undefined
  /** Why its pods cannot become ready, where that is certain (crash loop, image pull). */
  readonly failing: string | undefined
}

/** The second workload. It may carry the new version, or (on the way back) the old one. */
export interface CanaryView {
  readonly exists: boolean
  readonly version: Version
  readonly replicas: number
  readonly ready: number
  readonly known: number
  /** Its pods that some proxy may still send to, dead ones included. */
  readonly listed: number
  /** Its ready pods do not all run the same images: a tag was pushed again while it was scaled. */
  readonly mixedImages: boolean
  readonly failing: string | undefined
}

/** What the routes tell apart from their shares: requests that reach the canary whatever weight it has. */
export interface ApartView {
  /** Some route has a header route, a mirror to the canary, or sticky users. */
  readonly stands: boolean
  /** Greatest percentage that an entry copies to the canary. */
  readonly mirrored: number
  /** Every route tells apart what the goal asks for; true where it asks for nothing. */
  readonly asAsked: boolean
}

/** What is, as the protocol needs it. Never what was done. */
export interface View {
  /** Every managed entry of every managed route. A route that does not exist yet is bare. */
  readonly routes: readonly RouteView[]
  readonly apart: ApartView
  /** Some route leads to one side at a time. */
  readonly allOrNothing: boolean
  /** What tells the sides apart for the proxies: subsets of one Service, or a Service for each. `says` names it for people. */
  readonly sides: {
    readonly named: boolean
    readonly says: string
    /** Where they are Services, stable's is the user's own, and stands for pods of any revision. */
    readonly byService?: boolean
  }
  readonly arrival: { readonly route: Arrival; readonly sides: Arrival }
  /** False until it is certain which addresses the proxies may still list. */
  readonly listsComplete: boolean
  /** The route has been as it is, everywhere, for the drain time. */
  readonly drained: boolean
  /** When it will be (milliseconds since 1970); left out while the route is not everywhere yet. */
  readonly drainEnds?: number
  readonly stable: StableView
  readonly canary: CanaryView
  /** Leases and record of this execution stand in the cluster. */
  readonly claimed: boolean
  /** At least one Lease is still held by this execution. */
  readonly holding: boolean
  readonly recorded: boolean
  /** The record holds what steps of this execution have changed beside the traffic. */
  readonly besideRecorded?: boolean
  /** This execution has let the release go already: the record says so. */
  readonly over: boolean
  /** There is a record that can say so, or this execution may write one. */
  readonly canTellEnd: boolean
  /** Another execution that holds the release or its route, in words. */
  readonly heldBy: string | undefined
  /**
   * Something that a forward write of this run may still reach is not fenced: a route without this goal's mark, a rule or workload without any.
   * Once the Leases are given back, only marks that still stand count.
   */
  readonly behind: boolean
  /** The autoscaler's floor is where this run needs it. True where there is no autoscaler. */
  readonly floorRaised: boolean
  readonly floorRestored: boolean
  /** Objects that executions which are over have left behind, as late requests of theirs have made them. */
  readonly leftBehind: number
  /** Objects that the canary needs and that do not exist yet: versioned configuration and new objects. */
  readonly unconfigured: number
  /** Manifests of existing objects, other than route, rule and workload, that differ from the cluster. */
  readonly heldBack: number
  /** Objects that the run changed beside the traffic and that are not as the snapshot says. */
  readonly unrestored: number
  /** Versioned objects of former releases that nothing needs any more. */
  readonly outlived: number
  /** Objects that this run brought and that a return removes. */
  readonly brought: number
  /** Route and rule are as the manifests (or, on the way back, the snapshot) say, ownership included. */
  readonly ownershipReturned: boolean
  /** Marks of this execution still stand on objects. */
  readonly marked: boolean
  /** Of a plain release: what stands between it and its goals. */
  readonly plain?: PlainView
}
