import type { Row } from '#model/traffic/index.ts'
import type { Arrival, Reached } from '../arrival.ts'
import { wait, write, type Move } from '../move.ts'
import type { RouteView, Version, View } from '../view.ts'

/** What a decision needs beside goal and view: facts of the run that do not change. */
export interface Terms {
  /** Number of the goal that is being reached; it rises over an execution. */
  readonly number: number
  /** Pods of stable when the run began: shares of the canary are counted against them. */
  readonly replicas: number
  /** What people call the workloads: full names for messages. */
  readonly stable: string
  readonly canary: string
}

const strength: Record<Reached, number> = { none: 0, shift: 1, removal: 2 }

/** Whether a change has come at least so far. */
export function arrived(arrival: Arrival, least: 'shift' | 'removal'): boolean {
  return arrival.rejected === undefined && strength[arrival.reached] >= strength[least]
}

/** Percent of our share of the route that the canary gets. */
export function canaryShare(route: RouteView): number {
  if (route.is === 'bare') return 0
  return route.rows.find(row => row.to === 'canary')?.weight ?? 0
}

/** Somebody else's template: neither the version of the snapshot nor the one that the run brings. */
export function isForeign(version: Version): boolean {
  return !version.before && !version.next
}

export function rows(canary: number): readonly Row[] {
  return [
    { to: 'stable', weight: 100 - canary },
    { to: 'canary', weight: canary },
  ]
}

const rowKey = (row: Row): string => JSON.stringify([row.to, row.weight])

/** The same destinations with the same weights, in the same order. */
function sameRows(a: readonly Row[], b: readonly Row[]): boolean {
  return a.length === b.length && a.every((row, index) => rowKey(row) === rowKey(b[index] as Row))
}

export function arrivalText(thing: string, arrival: Arrival): string {
  return `${thing} at every proxy: ${arrival.says}`
}

/** The rows stand in the route and have come everywhere as far as a further shift needs; undefined when so. */
export function setRows(wanted: readonly Row[], v: View): Move | undefined {
  if (v.route.is === 'bare' || !sameRows(v.route.rows, wanted)) return write({ change: 'split', rows: wanted })
  return arrived(v.arrival.route, 'shift') ? undefined : wait(arrivalText('the split', v.arrival.route))
}

/** The canary has this share; what is written counts only once it has settled. */
export function setShare(percent: number, v: View): Move | undefined {
  if (v.route.is === 'split' && canaryShare(v.route) === percent && !hasLiteralRows(v.route)) {
    return arrived(v.arrival.route, 'shift') ? undefined : wait(arrivalText('the split', v.arrival.route))
  }
  return setRows(rows(percent), v)
}

function hasLiteralRows(route: RouteView): boolean {
  return route.is === 'split' && route.rows.some(row => typeof row.to !== 'string' && row.weight > 0)
}
