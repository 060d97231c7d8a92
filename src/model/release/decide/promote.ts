import { release } from '../failures.ts'
import { wait, write, type Move } from '../move.ts'
import type { View } from '../view.ts'
import { pin } from './pin.ts'
import { reach } from './reach.ts'
import { arrivalText, arrived, canaryShare, rows, setRows, setShare, type Terms } from './terms.ts'

/** Canary's share while stable takes its first requests again after a roll: the cold side gets half, then all. */
const FIRST_SHARE_LEFT = 50

/**
 * Stable gets a version while the second workload carries everything with it; then traffic comes home. Nothing to do where stable has it.
 * One function for the way forth and the way back: returning is promoting the old version.
 */
export function promote(version: 'before' | 'next', v: View, terms: Terms): Move | undefined {
  const { stable } = v
  const share = canaryShare(v.route)
  const home = stable.version[version] && stable.onlyCurrent && (v.route.is === 'bare' || stable.subset.hash === stable.hash)
  if (home && share < 100) return bringHome(v, terms)
  if (stable.version[version] && stable.subset.version[version] && share === 0)
    return stable.paused
      ? write({ change: 'pause', paused: false })
      : wait(`${terms.stable} to finish its roll: its present pods carry the weight`)
  if (share < 100 || !v.canary.version[version])
    return pin(v) ?? reach({ version, pods: terms.replicas, fixed: false }, v, terms) ?? setShare(100, v)
  return rollUnder(version, v, terms)
}

/** Stable has the version: it takes what its known pods carry, until the canary has nothing left. */
function bringHome(v: View, terms: Terms): Move | undefined {
  if (v.route.is === 'bare' || canaryShare(v.route) === 0) return undefined
  if (!arrived(v.arrival.route, 'shift')) return wait(arrivalText('the split', v.arrival.route))
  if (v.stable.subset.known < v.stable.replicas)
    return wait(`${terms.stable}: ${v.stable.subset.known} of ${v.stable.replicas} pods known to every proxy`)
  return setShare(0, v)
}

/** All weight is on the second workload: stable rolls at weight 0, is frozen and known again, its subset follows, then it takes its share. */
export function rollUnder(version: 'before' | 'next', v: View, terms: Terms): Move | undefined {
  const { stable } = v
  if (!arrived(v.arrival.route, 'removal')) return wait(arrivalText('the split', v.arrival.route))
  if (!v.drained) return wait(`requests under way at ${terms.stable} (drain)`)
  if (version === 'next' && v.heldBack > 0) return write({ change: 'manifest' })
  if (!stable.version[version]) return stable.paused ? write({ change: 'template', version }) : write({ change: 'pause', paused: true })
  if (stable.failing !== undefined && version === 'next')
    return { is: 'fail', failure: release.PODS_FAIL({ workload: terms.stable, why: stable.failing }).record() }
  if (!stable.onlyCurrent || stable.ready < stable.replicas) return rolling(v, terms)
  if (!stable.paused) return write({ change: 'pause', paused: true })
  if (stable.known < stable.replicas) return wait(`${terms.stable}: ${stable.known} of ${stable.replicas} pods known to every proxy`)
  if (stable.sameImages === false) return imagesDiffer(version, terms)
  if (stable.hash !== undefined && stable.subset.hash !== stable.hash) return write({ change: 'subsets', hash: stable.hash })
  if (!arrived(v.arrival.rule, 'removal')) return wait(arrivalText('the subsets', v.arrival.rule))
  return setRows(rows(version === 'next' ? FIRST_SHARE_LEFT : 0), v)
}

function rolling(v: View, terms: Terms): Move {
  const { stable } = v
  if (stable.paused && (stable.hash === undefined || !stable.onlyCurrent)) return write({ change: 'pause', paused: false })
  return wait(`${terms.stable} rolls at weight 0: ${stable.ready} of ${stable.replicas} new pods ready`)
}

/** A tag that was pushed again brings code that nobody looked at. On the way back the old version is taken as it comes. */
function imagesDiffer(version: 'before' | 'next', terms: Terms): Move | undefined {
  if (version === 'before') return undefined
  return { is: 'fail', failure: release.IMAGES_DIFFER({ workload: terms.stable, canary: terms.canary }).record() }
}
