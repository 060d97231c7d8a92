import { strength, type Arrival } from '../arrival.ts'
import type { Version } from '../view.ts'

/** What a decision needs beside goal and view: facts of the run that do not change. */
export interface Terms {
  /** Pods of stable when the run began: shares of the canary are counted against them. */
  readonly replicas: number
  /** What people call the workloads: full names for messages. */
  readonly stable: string
  readonly canary: string
}

/** Whether a change has come at least so far. */
export function arrived(arrival: Arrival, least: 'shift' | 'removal'): boolean {
  return arrival.rejected === undefined && strength[arrival.reached] >= strength[least]
}

/** Somebody else's template: neither the version of the snapshot nor the one that the run brings. */
export function isForeign(version: Version): boolean {
  return !version.before && !version.next
}

export function arrivalText(thing: string, arrival: Arrival): string {
  return `${thing} at every proxy: ${arrival.says}`
}
