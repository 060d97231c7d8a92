import { releaseFailures } from '../failures.ts'
import { write, type Move } from '../move.ts'
import type { View } from '../view.ts'

/** Leases and record stand before the first write to anything of the user's. Somebody else's claim is never taken. */
export function claim(v: View): Move | undefined {
  if (v.heldBy !== undefined) return { is: 'fail', failure: releaseFailures.HELD({ by: v.heldBy }).record() }
  if (!v.claimed) return write({ change: 'claim' })
  return v.recorded ? undefined : write({ change: 'record' })
}
