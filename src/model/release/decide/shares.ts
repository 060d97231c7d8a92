import { apportion, type Row, type Side } from '#model/traffic/index.ts'
import { write, type Move } from '../move.ts'
import type { RouteView, View } from '../view.ts'
import { untilArrived } from './terms.ts'

/** Every managed entry names our sides, or cannot reach the canary's pods: none of them gets requests by its number. */
export function isPinned({ routes }: View): boolean {
  return routes.every(isNarrow)
}

const isNarrow = (route: RouteView): boolean => route.is === 'split' || route.narrow === true

/** No managed entry names a side of ours, and no entry of the run stands beside them. */
export function isBare({ routes, apart }: View): boolean {
  return !apart.stands && routes.every(route => route.is === 'bare')
}

/** Requests reach the canary: by weight, or because they are told apart. */
export function isReached(v: View): boolean {
  return mostCanary(v) > 0 || v.apart.stands
}

/** Percent of our part of an entry that a side gets; a bare entry knows stable only. */
export function shareOf(side: Side, route: RouteView): number {
  if (route.is === 'bare') return side === 'stable' ? 100 : 0
  return route.rows.find(row => row.to === side)?.weight ?? 0
}

/** What the canary gets of the entry that gives it most. */
export function mostCanary({ routes }: View): number {
  return Math.max(0, ...routes.map(route => shareOf('canary', route)))
}

/** What the canary gets of the entry that gives it least. */
export function leastCanary({ routes }: View): number {
  return Math.min(100, ...routes.map(route => shareOf('canary', route)))
}

/** Some entry gives the canary more than this percentage, as weights of the entry come out. */
export function isAbove(percent: number, { routes }: View): boolean {
  return routes.some(route => compareShare(route, percent) > 0)
}

/** Rows that are neither stable's nor the canary's have weight somewhere. */
export function hasLiteralWeight({ routes }: View): boolean {
  return routes.some(hasLiteralRows)
}

export function rows(canary: number): readonly Row[] {
  return [
    { to: 'stable', weight: 100 - canary },
    { to: 'canary', weight: canary },
  ]
}

/** The rows stand alone in every entry and have come everywhere as far as a further shift needs; undefined when so. */
export function setRows(wanted: readonly Row[], v: View): Move | undefined {
  if (v.apart.stands || !v.routes.every(route => hasRows(route, wanted))) return write({ change: 'split', rows: wanted })
  return settled(v)
}

/** The same beside what is told apart: that stays, and users stay on their side. */
export function setRowsBeside(wanted: readonly Row[], v: View): Move | undefined {
  if (!v.apart.asAsked || !v.routes.every(route => hasRows(route, wanted))) return write({ change: 'split', rows: wanted, keeps: true })
  return settled(v)
}

/** The canary has this share in every entry, and nothing beside it; what is written counts only once it has settled. */
export function setShare(percent: number, v: View): Move | undefined {
  const stands = v.routes.every(route => isNarrow(route) && isWhole(route) && compareShare(route, percent) === 0 && !hasLiteralRows(route))
  return stands && !v.apart.stands ? settled(v) : setRows(rows(percent), v)
}

export function settled({ arrival }: View): Move | undefined {
  return untilArrived('the split', arrival.route, 'shift')
}

/** The same destinations, in the same order where they have one, with weights that come to the same in our part of the entry. */
function hasRows(route: RouteView, wanted: readonly Row[]): boolean {
  if (route.is === 'bare') return route.narrow === true && wanted.some(row => row.to === 'stable' && row.weight === 100)
  if (route.unordered) return isWhole(route) && shareOf('canary', route) === (wanted.find(row => row.to === 'canary')?.weight ?? 0)
  const written = (list: readonly Row[]): string => {
    const weights = apportion(
      list.map(row => row.weight),
      route.ofRoute ?? 100,
    )
    return JSON.stringify(list.map((row, index) => [row.to, weights[index]]))
  }
  return written(route.rows) === written(wanted)
}

/** How the canary's share compares with a percentage, as weights of the entry come out: below 0 where it has less. */
export function compareShare(route: RouteView, percent: number): number {
  const ofRoute = route.is === 'bare' ? 100 : (route.ofRoute ?? 100)
  const weight = (share: number): number => apportion([100 - share, share], ofRoute)[1] ?? 0
  return weight(shareOf('canary', route)) - weight(percent)
}

/** False where somebody has turned it away from both sides. */
function isWhole(route: RouteView): boolean {
  return route.is === 'bare' || route.rows.some(row => row.weight > 0)
}

function hasLiteralRows(route: RouteView): boolean {
  return route.is === 'split' && route.rows.some(row => typeof row.to !== 'string' && row.weight > 0)
}
