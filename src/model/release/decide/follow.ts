import type { Change } from '../move.ts'
import type { View } from '../view.ts'
import { podsFor } from './reach.ts'
import { mostCanary } from './shares.ts'
import type { Terms } from './terms.ts'

/**
 * Between two goals: the canary has as many pods as its share needs, where stable has been scaled with its load meanwhile. It only grows: pods
 * that carry weight are not taken away. Undefined where nothing is to be done.
 */
export function follow(v: View, terms: Terms): Extract<Change, { change: 'scaleCanary' }> | undefined {
  const { canary } = v
  if (!canary.version.next || canary.replicas === 0) return undefined
  const pods = podsFor(Math.min(100, mostCanary(v) + v.apart.mirrored), v, terms)
  return pods > canary.replicas ? { change: 'scaleCanary', replicas: pods } : undefined
}
