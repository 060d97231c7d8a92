import type { Counts } from '#delegate/kubernetes/index.ts'

/** Object writes, and all calls to the API server. */
export function costOf(counts: Counts): { readonly writes: number; readonly calls: number } {
  const { reads, writes, leases, records, marks, dryRuns, watches } = counts
  return { writes, calls: reads + writes + leases + records + marks + dryRuns + watches }
}
