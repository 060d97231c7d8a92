import { wait, write, type Move } from '../move.ts'
import type { View } from '../view.ts'
import { inOrder } from './rule.ts'
import { isReached, leastCanary, setShare } from './shares.ts'
import { untilArrived, type Terms } from './terms.ts'

/** Stable has what it is to have: it takes what its known pods carry, until the canary has nothing left. `pods`: as many must be known. */
export function bringHome(v: View, terms: Terms, pods = v.stable.replicas): Move | undefined {
  if (!isReached(v)) return undefined
  const { subset } = v.stable
  return inOrder(
    () => untilArrived('the split', v.arrival.route, 'shift'),
    () => (subset.known >= pods ? undefined : wait(`${terms.stable}: ${subset.known} of ${pods} pods known to every proxy`)),
    () => setShare(0, v),
  )
}

/**
 * The same before the canary goes, whatever stable has: where it has no weight yet its name may stand for pods that are gone. Pods that are not
 * there are not waited for, and none where the canary has nobody who could serve.
 */
export function comeHome(v: View, terms: Terms): Move | undefined {
  const { hash, onlyCurrent, subset, replicas } = v.stable
  if (!isReached(v) || v.canary.known === 0) return undefined
  if (leastCanary(v) === 100 && onlyCurrent && hash !== undefined && subset.hash !== hash) return write({ change: 'nameSides', hash })
  return inOrder(
    () => untilArrived(v.sides.says, v.arrival.sides, 'removal'),
    () => bringHome(v, terms, Math.min(replicas, Math.max(1, subset.alive))),
  )
}
