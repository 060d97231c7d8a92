import type { FailureRecord } from '#base/index.ts'
import type { ApartChange, Row } from '#model/traffic/index.ts'

/** One change of the cluster, by its meaning. `writes/` turns it into a patch, an apply, a create or a delete with its preconditions. */
export type Change =
  /** Leases, one per route and one per release. */
  | { readonly change: 'claim' }
  /** The record from which anybody can restore. */
  | { readonly change: 'record' }
  /** The next object that an execution which is over has left behind. */
  | { readonly change: 'sweep' }
  /** Only the goal's number onto the route: whatever is still on its way fails its precondition from now on. */
  | { readonly change: 'mark' }
  | { readonly change: 'pause'; readonly paused: boolean }
  | { readonly change: 'raiseFloor' }
  | { readonly change: 'restoreFloor' }
  /** Names for both sides: subsets, stable's by this pod-template-hash, or a Service for the canary. */
  | { readonly change: 'nameSides'; readonly hash: string }
  /** Rows, and nothing told apart from them; with `keeps`, header routes and the mirror stay, and so do sticky users. */
  | { readonly change: 'split'; readonly rows: readonly Row[]; readonly keeps?: true }
  | { readonly change: 'apart'; readonly apart: ApartChange }
  /** The next missing object that the canary needs. */
  | { readonly change: 'configuration' }
  /** The second workload, with 0 replicas. */
  | { readonly change: 'createCanary'; readonly version: 'before' | 'next' }
  | { readonly change: 'scaleCanary'; readonly replicas: number }
  /** The next manifest that was held back while stable shared the object. */
  | { readonly change: 'manifest' }
  | { readonly change: 'template'; readonly version: 'before' | 'next' }
  /** How stable replaces its pods: none taken away before another is ready, or as at rest. */
  | { readonly change: 'surge'; readonly on: boolean }
  | { readonly change: 'deleteCanary' }
  /** The route as the manifests (forward) or the snapshot (on the way back) say. */
  | { readonly change: 'unsplit' }
  | { readonly change: 'unnameSides' }
  /** The next object that the run changed beside the traffic, back to its leaves of the snapshot. */
  | { readonly change: 'restoreManifest' }
  /** The next object that this run brought. */
  | { readonly change: 'removeBrought' }
  /** The next versioned object of a former release that nothing needs any more. */
  | { readonly change: 'prune' }
  /** Into the record that this execution is over: it begins nothing more, whatever of it is still under way. */
  | { readonly change: 'end' }
  | { readonly change: 'returnOwnership' }
  | { readonly change: 'unmark' }
  | { readonly change: 'unclaim' }

/** How a wait ends by itself, where that is known: at this time (milliseconds since 1970), and what happens then. */
export interface WaitEnd {
  readonly until: number
  readonly next: string
}

/** What to do next. A wait names for what, and its own end; since when, and the end that its task sets, are the loop's and the caller's to add. */
export type Move =
  | ({ readonly is: 'write' } & Change)
  | { readonly is: 'wait'; readonly for: string; readonly end?: WaitEnd }
  /** Users are safe where they are; a person decides, with one of these answers. */
  | { readonly is: 'ask'; readonly question: string; readonly answers: readonly string[] }
  | { readonly is: 'fail'; readonly failure: FailureRecord }
  | { readonly is: 'done' }

export const write = (change: Change): Move => ({ is: 'write', ...change })
export const wait = (what: string, end?: WaitEnd): Move => ({ is: 'wait', for: what, ...(end && { end }) })
export const done: Move = { is: 'done' }
