import { wait, write, type Move } from '../move.ts'
import type { View } from '../view.ts'
import { inOrder } from './rule.ts'
import { isPinned, mostCanary, rows } from './shares.ts'
import { untilArrived } from './terms.ts'

/**
 * Subsets before the route that names them, both settled, before any second version has pods. A route that already names our subsets
 * while the rule gives them other labels (leftovers of another tool that select stable's pods) gets the labels of this run first.
 */
export function pin(v: View): Move | undefined {
  const { stable, sides } = v
  if (isPinned(v) && sides.named) return unserved(v) ?? untilArrived(v.sides.says, v.arrival.sides, 'removal')
  return inOrder(
    () => (stable.paused ? undefined : write({ change: 'pause', paused: true })),
    () => (v.floorRaised ? undefined : write({ change: 'raiseFloor' })),
    () => (stable.onlyCurrent ? undefined : wait('the stable workload to have pods of one revision only')),
    () => nameSides(v),
    () => untilArrived(v.sides.says, v.arrival.sides, 'removal'),
    // Where somebody has reset one entry of several, it gets what the others have.
    () => (isPinned(v) ? undefined : write({ change: 'split', rows: rows(Math.round(mostCanary(v))), keeps: true })),
  )
}

/** Somebody has turned requests to a canary that is not there: they are lost until they are taken back. */
function unserved(v: View): Move | undefined {
  const isLost = !v.canary.exists && mostCanary(v) > 0 && v.stable.subset.known > 0
  return isLost ? write({ change: 'split', rows: rows(0) }) : undefined
}

function nameSides({ stable, sides }: View): Move | undefined {
  if (stable.hash === undefined) return wait('the ReplicaSet of the stable workload')
  return sides.named && stable.subset.hash === stable.hash ? undefined : write({ change: 'nameSides', hash: stable.hash })
}
