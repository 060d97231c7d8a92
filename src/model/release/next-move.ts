import { objectName } from '#base/index.ts'
import { canaryName } from '#model/manifests/index.ts'
import { decide } from './decide/decide.ts'
import { decideFirst } from './decide/first-deployment.ts'
import { decidePlain } from './decide/plain.ts'
import { follow } from './decide/follow.ts'
import { standAside } from './decide/stand-aside.ts'
import type { Terms } from './decide/terms.ts'
import { releaseFailures } from './failures.ts'
import type { Goal } from './goal.ts'
import type { Move } from './move.ts'
import { type Observed, type Run, type Seen } from './observed.ts'
import type { View } from './view.ts'
import { isRestored } from './record.ts'
import { replicasAtStart, viewOf } from './view-of.ts'

/** What to do next for a goal, with the view that it was decided on. */
export interface Decision {
  readonly move: Move
  readonly view: View
}

/** The one entry: objects as they are and what is known of the mesh go in, the next move comes out. */
export function nextMove(goal: Goal, observed: Observed, seen: Seen, run: Run): Decision {
  const view = viewOf(goal, observed, seen, run)
  const terms = termsOf(observed, run)
  if (goal.to !== 'returned' && isRestored(observed.record, run.release.execution)) {
    // Whoever restored has left an edit where it was, and what is edited since is no business of the run.
    const failure = releaseFailures.RESTORED({ release: run.release.name, keepEdit: true }).record()
    return { move: { is: 'fail', failure }, view }
  }
  const aside = standAside(goal, view, run)
  if (aside) return { move: aside, view }
  if (run.release.plain !== undefined) return { move: decidePlain(goal, view), view }
  return { move: run.snapshot.first ? decideFirst(goal, view, terms) : decide(goal, view, terms), view }
}

/** What keeps the sides in step while no goal is being reached (`view`: of the goal `pinned`); undefined where they are. */
export function nextFollow(view: View, observed: Observed, run: Run): ReturnType<typeof follow> {
  if (run.release.plain !== undefined || run.snapshot.first) return undefined
  return follow(view, termsOf(observed, run))
}

function termsOf(observed: Observed, run: Run): Terms {
  const named = (name: string): string => objectName({ kind: 'Deployment', metadata: { name, namespace: run.release.namespace } })
  const { workload } = run.snapshot.names
  return { replicas: replicasAtStart(observed, run), stable: named(workload), canary: named(canaryName(workload)) }
}
