import { wait, write, type Move } from '../move.ts'
import type { View } from '../view.ts'
import { comeHome } from './home.ts'
import { pin } from './pin.ts'
import { inOrder } from './rule.ts'
import { hasLiteralWeight, isBare, isPinned, isReached, rows, setShare } from './shares.ts'
import { untilArrived, waitDrain, type Terms } from './terms.ts'

/** Users are at home on stable, whatever it has; then everything is as at rest. */
export function cleanUp(v: View, terms: Terms): Move | undefined {
  return inOrder(
    () => comeHome(v, terms),
    () => rest(v),
  )
}

/** Second workload unreached, drained, removed and forgotten; route and subsets as they are at rest; then stable may roll again. */
export function rest(v: View): Move | undefined {
  return isBare(v) ? unname(v) : unsplit(v)
}

function unsplit(v: View): Move | undefined {
  return inOrder(
    () => untilArrived(v.sides.says, v.arrival.sides, 'removal'),
    () => withoutWeight(v),
    () => unreach(v),
    () => forgotten(v),
    () => write({ change: 'unsplit' }),
  )
}

function unname(v: View): Move | undefined {
  // Somebody else has made it bare: the canary's pods get requests, and must be out of reach before they go.
  if (v.canary.exists && !isPinned(v)) return pin(v)
  return inOrder(
    () => untilArrived('the route without subsets', v.arrival.route, 'removal'),
    () => (v.canary.exists ? unreach(v) : undefined),
    () => (v.sides.named ? write({ change: 'unnameSides' }) : undefined),
    () => untilArrived(`${v.sides.says} taken away`, v.arrival.sides, 'removal'),
    () => (v.stable.paused ? write({ change: 'pause', paused: false }) : undefined),
  )
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
