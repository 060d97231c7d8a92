import { releaseFailures } from '../failures.ts'
import type { Goal } from '../goal.ts'
import { done, write, type Move } from '../move.ts'
import type { Run } from '../observed.ts'
import type { View } from '../view.ts'

/**
 * What is left to do where the run is over, or where another one has the release; undefined where the goal is to be reached.
 *
 * 1. A run that is over begins nothing: a process of it that was overtaken, or a task that it was sent before, gives back the Leases that came
 *    late, and stops.
 * 2. Whoever ends without a claim on what another run holds touches nothing of it.
 */
export function standAside(goal: Goal, v: View, { release: { name, execution } }: Run): Move | undefined {
  const isLast = goal.to === 'atRest' || goal.to === 'returned'
  if (v.over && !isLast)
    return v.holding ? write({ change: 'unclaim' }) : { is: 'fail', failure: releaseFailures.OVER({ release: name, execution }).record() }
  if (!isLast || v.heldBy === undefined) return undefined
  if (v.over || (!v.recorded && !v.marked)) return withoutTrace(v) ?? done
  return v.recorded ? undefined : { is: 'fail', failure: releaseFailures.HELD({ by: v.heldBy }).record() }
}

/** Leases first: whoever waits for them may have them. */
function withoutTrace(v: View): Move | undefined {
  if (!v.over && v.canTellEnd) return write({ change: 'end' })
  if (v.holding) return write({ change: 'unclaim' })
  return v.marked ? write({ change: 'unmark' }) : undefined
}
