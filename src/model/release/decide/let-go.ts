import { write, type Move } from '../move.ts'
import type { View } from '../view.ts'

/** What steps have changed beside the traffic stays from now on: nothing is to be given back from the record. */
export function forget(goal: { readonly beside?: boolean }, v: View): Move | undefined {
  return goal.beside && v.besideRecorded ? write({ change: 'record' }) : undefined
}

/**
 * The end of a run: nothing of it is left in the cluster but the record, which tells that it is over before anybody else may begin. The last write
 * removes the marks.
 */
export function letGo(v: View): Move | undefined {
  if (v.outlived > 0) return write({ change: 'prune' })
  if (!v.floorRestored) return write({ change: 'restoreFloor' })
  if (!v.ownershipReturned) return write({ change: 'returnOwnership' })
  if (!v.over && v.canTellEnd) return write({ change: 'end' })
  if (v.holding) return write({ change: 'unclaim' })
  return v.marked ? write({ change: 'unmark' }) : undefined
}

/** Somebody has brought the run to its end: others may have the release. One that is over and still holds it may yet be sent back. */
export function isLetGo({ over, holding }: View): boolean {
  return over && !holding
}
