import { releaseFailures } from '../failures.ts'
import { wait, write, type Move } from '../move.ts'
import type { View } from '../view.ts'
import { bringHome } from './home.ts'
import { pin } from './pin.ts'
import { podsFor, reach } from './reach.ts'
import { inOrder } from './rule.ts'
import { isBare, isReached, leastCanary, rows, setRows, setShare } from './shares.ts'
import { untilArrived, waitDrain, type Terms } from './terms.ts'

/** Canary's share while stable takes its first requests again after a roll: the cold side gets half, then all. */
const FIRST_SHARE_LEFT = 50

/**
 * Stable gets a version while the second workload carries everything with it; then traffic comes home. Nothing to do where stable has it.
 * One function for the way forth and the way back: returning is promoting the old version.
 */
export function promote(version: 'before' | 'next', v: View, terms: Terms): Move | undefined {
  const all = leastCanary(v) === 100 && !v.apart.stands
  if (isHome(version, v) && !all) return bringHome(v, terms)
  if (mayTurn(version, v)) return write({ change: 'template', version: 'before' })
  if (carriesItself(version, v) && !isReached(v)) return finishRoll(v, terms)
  if (all && v.canary.version[version]) return rollUnder(version, v, terms)
  return inOrder(
    () => pin(v),
    () => reach({ version, pods: podsFor(100, v, terms), fixed: false }, v, terms),
    () => setShare(100, v),
  )
}

/** Stable has the version on all its pods, and the routes, where they name a subset, name theirs. */
function isHome(version: 'before' | 'next', v: View): boolean {
  return v.stable.version[version] && namesAll(v)
}

/** Stable has one template on all its pods, and the routes, where they name a subset, name theirs. */
export function namesAll(v: View): boolean {
  const { stable } = v
  return stable.onlyCurrent && (isBare(v) || stable.subset.hash === stable.hash)
}

/** Its template has the version, and so have the pods that the subset selects. */
function carriesItself(version: 'before' | 'next', { stable }: View): boolean {
  return stable.version[version] && stable.subset.version[version]
}

/** A roll that has not come to pods with users: the old template makes the old pods current again. */
function mayTurn(version: 'before' | 'next', v: View): boolean {
  const { stable } = v
  return (
    version === 'before' && !isBare(v) && !isReached(v) && stable.subset.version.before && stable.version.next && !stable.version.before
  )
}

function finishRoll({ stable }: View, terms: Terms): Move {
  return stable.paused
    ? write({ change: 'pause', paused: false })
    : wait(`${terms.stable} to finish its roll: its present pods carry the weight`)
}

/**
 * All weight is on the second workload: stable rolls at weight 0, is frozen and known again, its subset follows, then it takes its share.
 * `kept`: it rolls to the template that it has.
 */
export function rollUnder(version: 'before' | 'next' | 'kept', v: View, terms: Terms): Move | undefined {
  return inOrder(
    () => untilArrived('the split', v.arrival.route, 'removal'),
    () => (v.drained ? undefined : waitDrain(terms.stable, v)),
    () => (version === 'next' && v.heldBack > 0 ? write({ change: 'manifest' }) : undefined),
    () => (version === 'kept' ? undefined : template(version, v)),
    () => (version === 'next' ? failing(v, terms) : undefined),
    () => rolled(v, terms),
    () => (v.stable.paused ? undefined : write({ change: 'pause', paused: true })),
    () => known(v, terms),
    () => (version === 'next' ? images(v, terms) : undefined),
    () => subset(v),
    () => untilArrived(v.sides.says, v.arrival.sides, 'removal'),
    () => forgotten(v, terms),
    () => setRows(rows(version === 'next' && !v.allOrNothing ? FIRST_SHARE_LEFT : 0), v),
  )
}

/** The template is written under pause, so that it can be looked at before it rolls. */
function template(version: 'before' | 'next', { stable }: View): Move | undefined {
  if (stable.version[version]) return undefined
  return stable.paused ? write({ change: 'template', version }) : write({ change: 'pause', paused: true })
}

export function failing({ stable }: View, terms: Terms): Move | undefined {
  if (stable.failing === undefined) return undefined
  return { is: 'fail', failure: releaseFailures.PODS_FAIL({ workload: terms.stable, why: stable.failing }).record() }
}

function rolled({ stable }: View, terms: Terms): Move | undefined {
  if (stable.onlyCurrent && stable.ready >= stable.replicas) return undefined
  if (stable.paused && !stable.onlyCurrent) return write({ change: 'pause', paused: false })
  return wait(`${terms.stable} rolls at weight 0: ${stable.ready} of ${stable.replicas} new pods ready`)
}

function known({ stable }: View, terms: Terms): Move | undefined {
  if (stable.known >= stable.replicas) return undefined
  return wait(`${terms.stable}: ${stable.known} of ${stable.replicas} pods known to every proxy`)
}

/** What stands for several revisions (a Service) may still be listed with pods of the former one, which the roll has taken away. */
function forgotten({ stable }: View, terms: Terms): Move | undefined {
  if (stable.subset.stale === 0) return undefined
  return wait(`${terms.stable}: every proxy to forget its former pods (${stable.subset.stale} may still be listed)`)
}

/** A tag that was pushed again brings code that nobody looked at. */
function images({ stable }: View, terms: Terms): Move | undefined {
  if (stable.sameImages !== false) return undefined
  return { is: 'fail', failure: releaseFailures.IMAGES_DIFFER({ workload: terms.stable, canary: terms.canary }).record() }
}

function subset({ stable }: View): Move | undefined {
  return stable.hash !== undefined && stable.subset.hash !== stable.hash ? write({ change: 'nameSides', hash: stable.hash }) : undefined
}
