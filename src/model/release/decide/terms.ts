import { strength, type Arrival } from '../arrival.ts'
import { wait, type Move } from '../move.ts'
import type { Version, View } from '../view.ts'

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

/** Waits until a change has come at least so far. */
export function waitArrival(thing: string, arrival: Arrival, least: 'shift' | 'removal'): Move {
  const until = arrival.ends?.[least]
  const end = until === undefined ? undefined : { until, next: 'it counts as come everywhere' }
  return wait(`${thing} at every proxy: ${arrival.says}`, end)
}

/** The same; undefined where it has come. */
export function untilArrived(thing: string, arrival: Arrival, least: 'shift' | 'removal'): Move | undefined {
  return arrived(arrival, least) ? undefined : waitArrival(thing, arrival, least)
}

/** Waits for requests under way. */
export function waitDrain(where: string, { drainEnds }: View): Move {
  const end = drainEnds === undefined ? undefined : { until: drainEnds, next: 'what is still under way is cut' }
  return wait(`requests under way at ${where} (drain)`, end)
}
