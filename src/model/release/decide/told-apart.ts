import { apartChange } from '../apart.ts'
import type { Goal } from '../goal.ts'
import { write, type Move } from '../move.ts'
import type { View } from '../view.ts'
import { podsFor, reach } from './reach.ts'
import { inOrder } from './rule.ts'
import { mostCanary, settled } from './shares.ts'
import type { Terms } from './terms.ts'

type ToldApart = Extract<Goal, { to: 'headerRoute' | 'mirror' }>

/** Requests of a kind, or copies, lead to the canary: as weight does, to pods that every proxy knows; or they no longer do. */
export function toldApart(goal: ToldApart, v: View, terms: Terms): Move | undefined {
  if (v.apart.asAsked) return settled(v)
  const change = apartChange(goal)
  return inOrder(
    () => (adds(goal) ? reach({ version: 'next', pods: podsOf(goal, v, terms), fixed: goal.fixed }, v, terms) : undefined),
    () => (change ? write({ change: 'apart', apart: change }) : undefined),
  )
}

function adds(goal: ToldApart): boolean {
  return goal.to === 'mirror' ? goal.percent > 0 : goal.match.length > 0
}

/** How many requests carry a header nobody knows: one pod more than none is what can be asked for. */
function podsOf(goal: ToldApart, v: View, terms: Terms): number {
  const copies = goal.to === 'mirror' ? goal.percent : v.apart.mirrored
  return Math.max(1, podsFor(Math.min(100, mostCanary(v) + copies), v, terms))
}
