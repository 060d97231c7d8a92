import type { Goal } from '../goal.ts'
import { done, wait, write, type Move } from '../move.ts'
import { release } from '../failures.ts'
import type { View } from '../view.ts'
import type { Terms } from './terms.ts'

/**
 * Nobody is served yet: there is no traffic to protect. Everything that shifts or watches is skipped; the manifests are applied as they are,
 * and a failure removes what was created.
 */
export function decideFirst(goal: Goal, v: View, terms: Terms): Move {
  if (goal.to === 'returned') return remove(v)
  if (goal.to !== 'promoted' && goal.to !== 'atRest') return done
  if (v.heldBy !== undefined) return { is: 'fail', failure: release.HELD({ by: v.heldBy }).record() }
  if (!v.claimed) return write({ change: 'claim' })
  if (!v.recorded) return write({ change: 'record' })
  if (v.heldBack > 0) return write({ change: 'manifest' })
  if (v.stable.failing !== undefined)
    return { is: 'fail', failure: release.PODS_FAIL({ workload: terms.stable, why: v.stable.failing }).record() }
  if (v.stable.ready < v.stable.replicas || !v.stable.onlyCurrent)
    return wait(`${terms.stable}: ${v.stable.ready} of ${v.stable.replicas} pods ready`)
  if (goal.to === 'promoted') return done
  if (v.claimed) return write({ change: 'unclaim' })
  return v.marked ? write({ change: 'unmark' }) : done
}

function remove(v: View): Move {
  if (v.brought > 0) return write({ change: 'removeBrought' })
  if (v.claimed) return write({ change: 'unclaim' })
  return v.marked ? write({ change: 'unmark' }) : done
}
