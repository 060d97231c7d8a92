import { wait, write, type Move } from '../move.ts'
import type { View } from '../view.ts'
import { failing } from './promote.ts'
import { cleanUp } from './rest.ts'
import { inOrder } from './rule.ts'
import { isBare } from './shares.ts'
import type { Terms } from './terms.ts'

/**
 * Stable gets the version by an ordinary rolling update behind a bare route: no extra pods, and outside the promise that no request meets a pod
 * that goes, unless pods wait longer for it than the mesh needs to forget them.
 */
export function reset(v: View, terms: Terms): Move | undefined {
  const { stable } = v
  const done = stable.version.next && v.heldBack === 0
  return inOrder(
    () => (done ? undefined : cleanUp(v, terms)),
    () => (v.heldBack > 0 ? write({ change: 'manifest' }) : undefined),
    () => (done || stable.surging ? undefined : write({ change: 'surge', on: true })),
    () => (stable.version.next ? undefined : write({ change: 'template', version: 'next' })),
    () => failing(v, terms),
    () => rolled(v, terms),
    () => (stable.surging ? write({ change: 'surge', on: false }) : undefined),
  )
}

function rolled({ stable }: View, terms: Terms): Move | undefined {
  if (stable.onlyCurrent && stable.ready >= stable.replicas) return undefined
  return wait(`${terms.stable} rolls: ${stable.ready} of ${stable.replicas} new pods ready`)
}

/** A roll of ours behind a bare route turns round where it stands: the old template makes the old pods current again. */
export function turnRound(v: View, terms: Terms): Move | undefined {
  const { stable } = v
  if (!isBare(v) || v.canary.exists || stable.onlyCurrent) return undefined
  if (stable.version.next && !stable.version.before) return write({ change: 'template', version: 'before' })
  if (stable.paused) return write({ change: 'pause', paused: false })
  return wait(`${terms.stable} to have pods of the former version only`)
}
