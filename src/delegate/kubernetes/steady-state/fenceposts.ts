/** How far a rolling update may go beyond and below its replicas. */
export interface Fenceposts {
  readonly surge: number
  readonly unavailable: number
  readonly maxTotalPods: number
  readonly minAvailable: number
}

/** Resolves maxSurge and maxUnavailable (counts or percents) as the Deployment controller does: surge up, unavailable down, never both 0. */
export function fenceposts(maxSurge: number | string, maxUnavailable: number | string, replicas: number): Fenceposts {
  const surge = resolve(maxSurge, replicas, Math.ceil)
  const down = resolve(maxUnavailable, replicas, Math.floor)
  const unavailable = Math.min(surge === 0 && down === 0 ? 1 : down, replicas)
  return { surge, unavailable, maxTotalPods: replicas + surge, minAvailable: replicas - unavailable }
}

function resolve(value: number | string, replicas: number, round: (x: number) => number): number {
  if (typeof value === 'number') return value
  return round((Number.parseInt(value, 10) * replicas) / 100)
}
