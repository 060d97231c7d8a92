import type { Clock } from '#base/index.ts'
import type { WaitEnd } from '#model/release/index.ts'
import type { Progress } from '#protocol/index.ts'
import type { ReleaseContext } from './context.ts'

/**
 * Tells how far a goal is; nothing is told twice, for most looks find what the one before found. A wait that ends by itself is told with
 * its own end: since when it has that, until when, and what then. Of all others the task's deadline is told by whoever gave the task.
 */
export function teller(context: Pick<ReleaseContext, 'progress'>, clock: Clock): (progress: Progress, end?: WaitEnd) => void {
  let told = ''
  let last: { readonly until: number; readonly since: number } | undefined
  return (progress, end) => {
    if (end?.until !== last?.until) last = end && { until: end.until, since: clock.now() }
    const waiting = end && last && { for: progress.says, since: iso(last.since), until: iso(end.until), next: end.next }
    const all = { ...progress, ...(waiting && { waiting }) }
    const text = JSON.stringify({ ...all, writes: 0, calls: 0 })
    if (text !== told) context.progress(all)
    told = text
  }
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
