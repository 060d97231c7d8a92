import { releaseFailures } from '../failures.ts'
import type { Goal } from '../goal.ts'
import { done, wait, write, type Move } from '../move.ts'
import type { View } from '../view.ts'
import { claim } from './claim.ts'
import { forget, letGo } from './let-go.ts'
import { inOrder } from './rule.ts'
import type { Terms } from './terms.ts'

/**
 * Nobody is served yet: there is no traffic to protect. Everything that shifts or watches is skipped; the manifests are applied as they are,
 * and a failure removes what was created and restores what was changed.
 */
export function decideFirst(goal: Goal, v: View, terms: Terms): Move {
  switch (goal.to) {
    case 'promoted':
      return deployed(v, terms) ?? done
    case 'atRest':
      return (goal.promotes && isUnfinished(v, terms) ? deployed(v, terms) : undefined) ?? forget(goal, v) ?? letGo(v) ?? done
    case 'returned':
      return (
        inOrder(
          () => (v.unrestored > 0 ? write({ change: 'restoreManifest' }) : undefined),
          () => (v.brought > 0 ? write({ change: 'removeBrought' }) : undefined),
          () => template('before', v),
          () => letGo(v),
        ) ?? done
      )
    default:
      return done
  }
}

/** Leases that are being given back are not taken again for a deployment that stands. */
function isUnfinished(v: View, terms: Terms): boolean {
  return v.heldBack > 0 || ready(v, terms) !== undefined
}

function deployed(v: View, terms: Terms): Move | undefined {
  return inOrder(
    () => claim(v),
    () => applied(v),
    () => template('next', v),
    () => ready(v, terms),
  )
}

function applied(v: View): Move | undefined {
  return v.heldBack > 0 ? write({ change: 'manifest' }) : undefined
}

/** A workload that was there already, with no pod that could serve, takes the version like any other. One that this run creates has it. */
function template(version: 'before' | 'next', { stable }: View): Move | undefined {
  const other = version === 'next' ? 'before' : 'next'
  const isOther = stable.hash !== undefined && stable.version[other] && !stable.version[version]
  return isOther ? write({ change: 'template', version }) : undefined
}

function ready(v: View, terms: Terms): Move | undefined {
  const { stable } = v
  if (stable.failing !== undefined)
    return { is: 'fail', failure: releaseFailures.PODS_FAIL({ workload: terms.stable, why: stable.failing }).record() }
  if (stable.onlyCurrent && stable.ready >= stable.replicas) return undefined
  return wait(`${terms.stable}: ${stable.ready} of ${stable.replicas} pods ready`)
}
