import { write, type Move } from '../move.ts'
import type { View } from '../view.ts'

/** The end of a run: nothing of it is left in the cluster but the record. The last write removes the marks. */
export function letGo(v: View): Move | undefined {
  if (v.outlived > 0) return write({ change: 'prune' })
  if (!v.floorRestored) return write({ change: 'restoreFloor' })
  if (!v.ownershipReturned) return write({ change: 'returnOwnership' })
  if (v.holding) return write({ change: 'unclaim' })
  return v.marked ? write({ change: 'unmark' }) : undefined
}
