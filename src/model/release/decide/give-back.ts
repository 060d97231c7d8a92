import { wait, write, type Move } from '../move.ts'
import type { Goal } from '../goal.ts'
import type { View } from '../view.ts'
import { askAboutEdit } from './foreign-edit.ts'
import { bringHome } from './home.ts'
import { namesAll, rollUnder } from './promote.ts'
import { because, reach } from './reach.ts'
import { hasLiteralWeight, isAbove, isBare, isPinned, isReached, leastCanary, mostCanary, rows, shareOf } from './shares.ts'
import { arrived, waitArrival, isForeign, type Terms } from './terms.ts'

/**
 * Users on the old version at once, as far as old pods that every proxy knows can carry them. Pods count, not template or pause.
 * Undefined when nobody is on the new version any more, or everybody whom old pods can carry has been taken back.
 */
export function giveBack(goal: Returned, v: View, terms: Terms): Move | undefined {
  if (isTorn(v)) return separate(goal, v, terms)
  if (v.canary.version.before) return isCutOff(goal, v) ? waitOnNew(goal, v, terms) : undefined
  if (isBare(v) || (!isReached(v) && !hasLiteralWeight(v))) return undefined
  if (mostCanary(v) === 0 && !hasLiteralWeight(v)) return write({ change: 'split', rows: rows(0) })
  const old = oldPods(v)
  if (old > 0) return takeBack(old, goal.now, v, terms)
  return waitOnNew(goal, v, terms)
}

/**
 * Somebody has taken away names that routes lead to: until they are back, nobody is served, or routes are refused. A subset is named again by what
 * stable is to be, or by any of its pods where it has no weight.
 */
export function nameAgain(v: View): Move | undefined {
  const { hash, version } = v.stable
  if (v.sides.named || isBare(v)) return undefined
  // A Service does not ask for a hash, which a paused workload with an edited template has not.
  if (v.sides.byService) return write({ change: 'nameSides', hash: hash ?? '' })
  const isRight = version.before || v.routes.every(route => shareOf('stable', route) === 0)
  return isRight && hash !== undefined ? write({ change: 'nameSides', hash }) : undefined
}

/**
 * Somebody has made the routes bare in the middle of a roll: users are on every pod that there is, those that are being replaced among them. Where
 * old pods beside stable are to have everybody, one such route is enough: nothing else would turn it.
 */
function isTorn(v: View): boolean {
  const isOpen = isBare(v) || v.canary.version.before
  return isOpen && !isPinned(v) && v.sides.named && v.canary.exists && !v.stable.onlyCurrent
}

/**
 * Users are on old pods beside stable, whose name stands for no old pod, and a person keeps an edit of stable: they wait where they are until it
 * has rolled.
 */
function isCutOff({ keepEdit }: Returned, v: View): boolean {
  const { version, subset } = v.stable
  return keepEdit === true && isForeign(version) && isReached(v) && !(subset.version.before && subset.alive > 0)
}

/** What replaces pods that have users stops; then they are on one side each again, as in any roll under the canary. */
function separate(goal: Returned, v: View, terms: Terms): Move | undefined {
  const { stable, canary } = v
  if (stable.rolling) return write({ change: 'pause', paused: true })
  const old = oldPods(v)
  if (old === 0) return waitOnNew(goal, v, terms)
  const left =
    goal.now && !canary.version.before ? 0 : Math.min(leftOn(old, v, terms), Math.floor((100 * canary.known) / (old + canary.known)))
  return write({ change: 'split', rows: rows(left) })
}

/** Pods of the old version that stable's name stands for and that every proxy knows. */
function oldPods({ stable: { subset } }: View): number {
  return subset.version.before ? subset.known : 0
}

type Returned = Extract<Goal, { to: 'returned' }>

/** Old pods are there: first stop what is replacing them, then give them what they can carry, and follow them as they become known. */
function takeBack(old: number, now: boolean, v: View, terms: Terms): Move | undefined {
  const { stable, canary } = v
  // Our own roll turns round: the old template makes the old pods current again. Somebody else's is paused.
  if (stable.rolling && isForeign(stable.version)) return write({ change: 'pause', paused: true })
  if (!stable.version.before && stable.version.next) return write({ change: 'template', version: 'before' })
  if (!arrived(v.arrival.sides, 'shift')) return waitArrival(v.sides.says, v.arrival.sides, 'shift')
  const atOnce = now || canary.ready === 0 || canary.failing !== undefined
  if (isTooDead(atOnce, v)) return wait('every proxy to forget the addresses of dead pods')
  const left = atOnce || isAllThatComes(old, v, terms) ? 0 : leftOn(old, v, terms)
  return leaveOn(left, v) ?? followReadiness(left, v, terms)
}

/** How often a request is tried again where its route does not say (Istio's default): so many dead addresses are hidden, whichever they are. */
const usualRetries = 2

/** What the route that tries again least hides. */
function hiddenByRetries({ routes }: View): number {
  return Math.min(...routes.map(route => (route.is === 'split' ? (route.retries ?? usualRetries) : usualRetries)))
}

/**
 * Whether a list has more dead addresses than retries hide. Where stable has weight only the world takes its pods away, and where there is a
 * hurry anything but a list that is mostly dead is better; where the other side has nothing at all, anything is. A stable without weight may
 * have lost them to our own roll, while the other side carries everybody.
 */
function isTooDead(atOnce: boolean, v: View): boolean {
  const { stale, known } = v.stable.subset
  if (v.canary.ready > 0 && stale >= known) return true
  return !atOnce && leastCanary(v) === 100 && stale > hiddenByRetries(v)
}

/**
 * More old pods cannot come (no node takes them, a quota refuses them: the canary's pods may be what is in their way), and those that are there
 * carry at most twice their share: waiting for more would never end.
 */
function isAllThatComes(old: number, { stable }: View, { replicas }: Terms): boolean {
  return stable.failing !== undefined && 2 * old >= replicas
}

/** The canary keeps what old pods cannot carry. Whoever was told apart goes back with the others, and nobody comes in for them. */
function leaveOn(left: number, v: View): Move | undefined {
  if (isAbove(left, v) || hasLiteralWeight(v)) return write({ change: 'split', rows: rows(left) })
  return v.apart.stands ? write({ change: 'split', rows: rows(Math.min(left, Math.floor(mostCanary(v)))) }) : undefined
}

/** Percent that old pods cannot carry yet; a route that leads to one side at a time waits until they can carry everything. */
function leftOn(old: number, { allOrNothing }: View, { replicas }: Terms): number {
  if (allOrNothing) return old < replicas ? 100 : 0
  return Math.max(0, 100 - Math.floor((100 * old) / replicas))
}

function followReadiness(left: number, v: View, terms: Terms): Move | undefined {
  const { stable } = v
  if (left === 0) return undefined
  if (stable.subset.alive < terms.replicas && isForeign(stable.version)) return undefined
  if (stable.version.before && stable.paused && !stable.onlyCurrent) return write({ change: 'pause', paused: false })
  const { known } = stable.subset
  return wait(`more pods of the old version: ${known} of ${terms.replicas} carry ${100 - left} %${because(stable.failing)}`)
}

/**
 * No old pod of stable can serve: weight waits on the other side, as far as that can carry it, until stable has rolled back under it. An edit that
 * is to be kept is what stable will be, so it rolls there instead, and takes the weight only then: of one route after the other.
 */
function waitOnNew(goal: Returned, v: View, terms: Terms): Move | undefined {
  if (goal.keepEdit && isForeign(v.stable.version) && leastCanary(v) < 100 && namesAll(v)) return bringHome(v, terms)
  if (leastCanary(v) < 100 || v.apart.stands) {
    if (v.canary.known >= terms.replicas) return write({ change: 'split', rows: rows(100) })
    const version = v.canary.version.next ? 'next' : 'before'
    return reach({ version, pods: terms.replicas, fixed: false }, v, terms) ?? write({ change: 'split', rows: rows(100) })
  }
  return isForeign(v.stable.version) ? behindEdit(goal, v, terms) : rollUnder('before', v, terms)
}

/** While it is not known yet what proxies have, old pods may turn out to be known: they are waited for, not asked about, and take everybody back. */
function behindEdit({ keepEdit }: Returned, v: View, terms: Terms): Move | undefined {
  const { paused, subset } = v.stable
  const isComing = subset.version.before && subset.alive > 0 && !arrived(v.arrival.route, 'removal')
  if (keepEdit && !isComing) return rollUnder('kept', v, terms)
  if (!paused) return write({ change: 'pause', paused: true })
  return isComing ? waitArrival('the split', v.arrival.route, 'removal') : askAboutEdit(terms)
}
