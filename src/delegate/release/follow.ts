import { markOf, nextFollow, replicasOf, writeFor, type Run, type Seen } from '#model/release/index.ts'
import { perform } from './perform.ts'
import { pinnedView } from './pinned-view.ts'
import type { Session } from './session.ts'

/**
 * Gives the canary the pods that its share needs since stable has been scaled, and says so; undefined where nothing was to be done, or where
 * somebody was faster. It writes under the number that the canary bears: a goal with a higher one has the word.
 */
export async function followStable(session: Session, run: Run, seen: Seen, now: string, signal: AbortSignal): Promise<string | undefined> {
  const observed = session.observer.current()
  const mark = markOf(observed.canary)
  const change = nextFollow(pinnedView(observed, seen, run), observed, run)
  if (change === undefined || mark?.execution !== run.release.execution) return undefined
  const write = writeFor(change, observed, { ...run, number: mark.number }, { now, goingBack: false, applied: new Set() })
  if ((await perform(write, session, signal)) === 'stale') return undefined
  const { names } = run.snapshot
  return `${write.says} for its share, since ${names.workload} has ${replicasOf(observed.stable)}`
}
