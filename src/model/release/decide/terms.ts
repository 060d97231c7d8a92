import { apportion, type Row } from '#model/traffic/index.ts'
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

/** The same destinations in the same order, with weights that come to the same in our part of the route. */
function sameRows(a: readonly Row[], b: readonly Row[], ofRoute: number): boolean {
  const written = (list: readonly Row[]): string => {
    const weights = apportion(
      list.map(row => row.weight),
      ofRoute,
    )
    return JSON.stringify(list.map((row, index) => [row.to, weights[index]]))
  }
  return written(a) === written(b)
}

/** How the canary's share compares with a percentage, as weights of the route come out: below 0 where it has less. */
export function compareShare(route: RouteView, percent: number): number {
  const ofRoute = route.is === 'bare' ? 100 : (route.ofRoute ?? 100)
  const weight = (share: number): number => apportion([100 - share, share], ofRoute)[1] ?? 0
  return weight(canaryShare(route)) - weight(percent)
}

export function arrivalText(thing: string, arrival: Arrival): string {
  return `${thing} at every proxy: ${arrival.says}`
}

/** The rows stand in the route and have come everywhere as far as a further shift needs; undefined when so. */
export function setRows(wanted: readonly Row[], v: View): Move | undefined {
  if (v.route.is === 'bare' || !sameRows(v.route.rows, wanted, v.route.ofRoute ?? 100)) return write({ change: 'split', rows: wanted })
  return arrived(v.arrival.route, 'shift') ? undefined : wait(arrivalText('the split', v.arrival.route))
}

/** The canary has this share; what is written counts only once it has settled. */
export function setShare(percent: number, v: View): Move | undefined {
  if (v.route.is === 'split' && compareShare(v.route, percent) === 0 && !hasLiteralRows(v.route)) {
    return arrived(v.arrival.route, 'shift') ? undefined : wait(arrivalText('the split', v.arrival.route))
  }
  return setRows(rows(percent), v)
}

function hasLiteralRows(route: RouteView): boolean {
  return route.is === 'split' && route.rows.some(row => typeof row.to !== 'string' && row.weight > 0)
}
