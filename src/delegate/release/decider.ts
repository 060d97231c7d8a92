import { nextMove, sameObjects, type Decision, type Goal, type Observed, type Run, type Seen } from '#model/release/index.ts'

const none: ReadonlySet<string> = new Set()

/** Decides anew only where an object, or what is known of the mesh, has changed: most looks at a mesh under way find what the last one found. */
export function newDecider(goal: Goal, run: Run): (observed: Observed, seen: Seen) => Decision {
  let last: { readonly observed: Observed; readonly seen: string; readonly decision: Decision } | undefined
  return (observed, { applied, refused = none, ...seen }) => {
    const text = JSON.stringify([[...applied], [...refused], seen])
    if (last?.seen === text && sameObjects(last.observed, observed)) return last.decision
    const decision = nextMove(goal, observed, { applied, refused, ...seen }, run)
    last = { observed, seen: text, decision }
    return decision
  }
}
