import type { Side } from '#model/traffic/index.ts'
import type { Goal } from '../goal.ts'
import { wait, type Move } from '../move.ts'
import type { View } from '../view.ts'
import { podsFor, reach } from './reach.ts'
import { inOrder } from './rule.ts'
import { setRowsBeside, shareOf } from './shares.ts'
import type { Terms } from './terms.ts'

type Split = Extract<Goal, { to: 'split' }>

/** Weight needs pods first: the canary is scaled to its share, or, where its number is the user's, has at least one known pod. */
export function split(goal: Split, v: View, terms: Terms): Move | undefined {
  const weights = { canary: weightOf(goal.rows, 'canary'), stable: weightOf(goal.rows, 'stable') }
  // Copies are requests like any other to those who answer them.
  const carried = Math.min(100, weights.canary + v.apart.mirrored)
  const grows = (side: Side): boolean => v.routes.some(route => weights[side] > shareOf(side, route))
  return inOrder(
    () => (grows('canary') ? reach({ version: 'next', pods: podsFor(carried, v, terms), fixed: goal.fixed }, v, terms) : undefined),
    () => (grows('stable') ? stableCarries(podsFor(weights.stable, v, terms), v, terms) : undefined),
    () => setRowsBeside(goal.rows, v),
  )
}

function weightOf(rows: Split['rows'], side: 'stable' | 'canary'): number {
  return rows.find(row => row.to === side)?.weight ?? 0
}

/** Stable gets a greater share only with pods that every proxy knows. */
function stableCarries(needed: number, v: View, terms: Terms): Move | undefined {
  const { known } = v.stable.subset
  return known >= needed ? undefined : wait(`${terms.stable}: ${known} of ${needed} pods known to every proxy`)
}
