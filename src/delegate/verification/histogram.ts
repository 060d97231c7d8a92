/** Buckets of a histogram: how many values were at most so great, by bound; rising. */
export type Buckets = ReadonlyMap<number, number>

/**
 * The value that `percentile` percent of the values do not exceed, by linear interpolation within its bucket as Prometheus does it;
 * beyond the last finite bound, that bound. Undefined without values.
 */
export function percentileOf(buckets: Buckets, percentile: number): number | undefined {
  const total = Math.max(0, ...buckets.values())
  if (total === 0) return undefined
  const rank = (percentile / 100) * total
  let [lower, below] = [0, 0]
  for (const [bound, count] of buckets) {
    if (count >= rank && count > below) return bound === Infinity ? lower : lower + ((bound - lower) * (rank - below)) / (count - below)
    if (bound !== Infinity) lower = bound
    below = count
  }
  return lower
}

/** How many values exceed `limit` at least, whatever the values within its bucket are. */
export function countAbove(buckets: Buckets, limit: number): number {
  const total = Math.max(0, ...buckets.values())
  const bound = [...buckets.keys()].find(each => each >= limit)
  return bound === undefined ? 0 : total - (buckets.get(bound) ?? 0)
}
