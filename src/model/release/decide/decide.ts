import type { Goal } from '../goal.ts'
import { release } from '../failures.ts'
import { done, wait, write, type Move } from '../move.ts'
import type { View } from '../view.ts'
import { askAboutEdit, giveBack } from './give-back.ts'
import { pin } from './pin.ts'
import { promote } from './promote.ts'
import { podsFor, reach } from './reach.ts'
import { rest } from './rest.ts'
import { canaryShare, isForeign, setRows, type Terms } from './terms.ts'

/**
 * The protocol: what to do next for a goal, from wherever the cluster is. Level-triggered: it looks at what is, so a killed loop looks again.
 *
 * 1. Subsets before the route that names them; the route before the subsets that it no longer names. Each settled before the next.
 * 2. No pod of a second version exists while the route is bare; the route is widened only when every proxy has forgotten the last one.
 * 3. A side gets weight only for pods that every proxy knows, and only as much as they carry.
 * 4. A side with weight is never removed, replaced or rolled.
 * 5. What is written counts only once it has settled.
 * 6. Somebody else's template is never overwritten; nothing goes forward past it.
 * 7. Nothing guards the way back.
 */
export function decide(goal: Goal, v: View, terms: Terms): Move {
  switch (goal.to) {
    case 'pinned':
      return forward(v, terms) ?? pin(v) ?? settled(v) ?? done
    case 'prepared':
      return forward(v, terms) ?? pin(v) ?? prepare(goal, v, terms) ?? done
    case 'split':
      return forward(v, terms) ?? pin(v) ?? split(goal, v, terms) ?? done
    case 'promoted':
      return forward(v, terms) ?? promote('next', v, terms) ?? done
    case 'canaryRemoved':
      return claim(v) ?? edited(goal, v, terms) ?? rest(v) ?? done
    case 'atRest':
      return edited(goal, v, terms) ?? rest(v) ?? letGo(v) ?? done
    case 'returned':
      return wayBack(goal, v, terms)
  }
}

/** Users first, on the version of the snapshot; then the world as it was. Its first write is the route's, so that late writes of others fail. */
function wayBack(goal: Extract<Goal, { to: 'returned' }>, v: View, terms: Terms): Move {
  const first = giveBack(goal.now, v, terms)
  if (v.mark < terms.number && (v.marked || v.claimed) && !(first?.is === 'write' && first.change === 'split'))
    return write({ change: 'mark' })
  const edit = isForeign(v.stable.version) && !goal.keepEdit
  return (
    first ??
    (edit ? foreignEdit(v, terms) : undefined) ??
    (isForeign(v.stable.version) ? undefined : promote('before', v, terms)) ??
    (v.unrestored > 0 ? write({ change: 'restoreManifest' }) : undefined) ??
    rest(v) ??
    (v.brought > 0 ? write({ change: 'removeBrought' }) : undefined) ??
    letGo(v) ??
    done
  )
}

/** What stands before every goal that goes forward: the claim, the record, nobody else's edit, no proxy that refuses. */
function forward(v: View, terms: Terms): Move | undefined {
  return claim(v) ?? rejected(v) ?? (isForeign(v.stable.version) ? foreignEdit(v, terms) : undefined)
}

function claim(v: View): Move | undefined {
  if (v.heldBy !== undefined) return { is: 'fail', failure: release.HELD({ by: v.heldBy }).record() }
  if (!v.claimed) return write({ change: 'claim' })
  return v.recorded ? undefined : write({ change: 'record' })
}

function rejected(v: View): Move | undefined {
  for (const [thing, arrival] of [
    ['the managed route', v.arrival.route],
    ['the managed rule', v.arrival.rule],
  ] as const)
    if (arrival.rejected) return { is: 'fail', failure: release.REJECTED({ thing, ...arrival.rejected }).record() }
  return undefined
}

function edited(goal: { readonly keepEdit?: boolean }, v: View, terms: Terms): Move | undefined {
  return isForeign(v.stable.version) && !goal.keepEdit ? foreignEdit(v, terms) : undefined
}

/** Their roll is stopped where it would replace pods with weight; then a person is asked. */
function foreignEdit(v: View, terms: Terms): Move {
  if (v.stable.rolling && v.route.is === 'split') return write({ change: 'pause', paused: true })
  return askAboutEdit(terms)
}

function settled(v: View): Move | undefined {
  return v.arrival.route.reached === 'removal' ? undefined : wait(`the route at every proxy: ${v.arrival.route.says}`)
}

function prepare(goal: Extract<Goal, { to: 'prepared' }>, v: View, terms: Terms): Move | undefined {
  const pods = 'count' in goal.instances ? goal.instances.count : Math.max(1, Math.round((goal.instances.percent / 100) * terms.replicas))
  return reach({ version: 'next', pods, fixed: false }, v, terms)
}

/** Weight needs pods first; the canary is scaled to the share, or, where its number is the user's, has at least one known pod. */
function split(goal: Extract<Goal, { to: 'split' }>, v: View, terms: Terms): Move | undefined {
  const share = goal.rows.find(row => row.to === 'canary')?.weight ?? 0
  const already = canaryShare(v.route) >= share
  const ready = share === 0 || already ? undefined : reach({ version: 'next', pods: podsFor(share, terms), fixed: goal.fixed }, v, terms)
  return ready ?? stableCarries(goal, v, terms) ?? setRows(goal.rows, v)
}

/** Stable gets a greater share only with pods that every proxy knows. */
function stableCarries(goal: Extract<Goal, { to: 'split' }>, v: View, terms: Terms): Move | undefined {
  const share = goal.rows.find(row => row.to === 'stable')?.weight ?? 0
  const present = v.route.is === 'split' ? (v.route.rows.find(row => row.to === 'stable')?.weight ?? 0) : 100
  if (share <= present || v.stable.subset.known >= podsFor(share, terms)) return undefined
  return wait(`${terms.stable}: ${v.stable.subset.known} of ${podsFor(share, terms)} pods known to every proxy`)
}

/** The end of a run: nothing of it is left in the cluster but the record. The last write removes the marks. */
function letGo(v: View): Move | undefined {
  if (!v.floorRestored) return write({ change: 'restoreFloor' })
  if (!v.ownershipReturned) return write({ change: 'returnOwnership' })
  if (v.claimed) return write({ change: 'unclaim' })
  return v.marked ? write({ change: 'unmark' }) : undefined
}
