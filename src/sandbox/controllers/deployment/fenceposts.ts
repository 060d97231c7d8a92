import type { Deployment } from '../shapes.ts'

/** How many pods may be above and below the wanted number while a Deployment rolls. */
export interface Fenceposts {
  readonly surge: number
  readonly unavailable: number
}

/** Kubernetes' default for both. */
const quarter = '25%'

/** Percentages resolved: surge rounds up, unavailable down; both zero would never move, so one may then be unavailable. */
export function fenceposts(deployment: Deployment): Fenceposts {
  const replicas = replicasOf(deployment)
  const { maxSurge = quarter, maxUnavailable = quarter } = deployment.spec.strategy?.rollingUpdate ?? {}
  const surge = resolve(maxSurge, replicas, Math.ceil)
  const unavailable = Math.min(resolve(maxUnavailable, replicas, Math.floor), replicas)
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable }
}

export function replicasOf(workload: { readonly spec: { readonly replicas?: number } }): number {
  return workload.spec.replicas ?? 1
}

function resolve(value: number | string, of: number, round: (exact: number) => number): number {
  if (typeof value === 'number') return value
  return value.endsWith('%') ? round((Number(value.slice(0, -1)) * of) / 100) : Number(value) || 0
}

/**
 * Divides a change of `total` pods among ReplicaSets in proportion to their size, the largest first (Kubernetes' proportional scaling);
 * what rounding leaves goes to the first. Answers the new size of each.
 */
export function proportional(
  sizes: readonly number[],
  change: { readonly from: number; readonly to: number },
  toAdd: number,
): readonly number[] {
  let added = 0
  const next = sizes.map(size => {
    if (size === 0 || toAdd === added) return size
    const exact = Math.round((size * change.to) / change.from) - size
    const allowed = toAdd - added
    const part = toAdd > 0 ? Math.min(exact, allowed) : Math.max(exact, allowed)
    added += part
    return size + part
  })
  return next.map((size, index) => (index === 0 ? Math.max(0, size + toAdd - added) : size))
}
