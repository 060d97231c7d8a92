import { wait, write, type Move } from '../move.ts'
import type { View } from '../view.ts'
import { comeHome } from './home.ts'
import { pin } from './pin.ts'
import { hasLiteralWeight, isBare, isPinned, isReached, rows, setShare } from './shares.ts'
import { arrived, untilArrived, waitArrival, waitDrain, type Terms } from './terms.ts'

/** Second workload unreached, drained, removed and forgotten; route and subsets as they are at rest; then stable may roll again. */
export function rest(v: View, terms: Terms): Move | undefined {
  if (!isBare(v)) {
    if (!arrived(v.arrival.sides, 'removal')) return waitArrival(v.sides.says, v.arrival.sides, 'removal')
    return comeHome(v, terms) ?? withoutWeight(v) ?? unreach(v) ?? forgotten(v) ?? write({ change: 'unsplit' })
  }
  // Somebody else has made it bare: its pods get requests, and must be out of reach before they go.
  if (v.canary.exists && !isPinned(v)) return pin(v)
  if (!arrived(v.arrival.route, 'removal')) return waitArrival('the route without subsets', v.arrival.route, 'removal')
  if (v.canary.exists) return unreach(v)
  if (v.sides.named) return write({ change: 'unnameSides' })
  if (!arrived(v.arrival.sides, 'removal')) return waitArrival(`${v.sides.says} taken away`, v.arrival.sides, 'removal')
  if (v.stable.paused) return write({ change: 'pause', paused: false })
  return undefined
}

/** A bare entry beside split ones is pinned again while there are canary pods; without any it is at rest already. */
function withoutWeight(v: View): Move | undefined {
  if (v.canary.exists || v.canary.listed > 0) return setShare(0, v)
  if (isReached(v) || hasLiteralWeight(v)) return write({ change: 'split', rows: rows(0) })
  return untilArrived('the split', v.arrival.route, 'shift')
}

/** A bare route balances over every address that a proxy lists: former pods of stable must be forgotten too. */
function forgotten(v: View): Move | undefined {
  return v.stable.strays > 0 ? wait(`every proxy to forget ${v.stable.strays} addresses of former pods`) : undefined
}

/** A side with weight is never removed. The canary's pods go after the drain, and nothing moves on before every proxy has forgotten them. */
export function unreach(v: View): Move | undefined {
  if (isReached(v)) return wait('the canary to get no requests: it carries another version')
  if (v.canary.exists) return v.drained ? write({ change: 'deleteCanary' }) : waitDrain('the canary', v)
  if (v.canary.listed > 0) return wait(`every proxy to forget ${v.canary.listed} addresses of the canary`)
  if (!v.listsComplete) return wait('certainty that no proxy lists the canary any more')
  return undefined
}
