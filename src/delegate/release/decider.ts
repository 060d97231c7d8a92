import { nextMove, sameObjects, type Decision, type Goal, type Observed, type Run, type Seen } from '#model/release/index.ts'

/** Decides anew only where an object, or what is known of the mesh, has changed: most looks at a mesh under way find what the last one found. */
export function newDecider(goal: Goal, run: Run): (observed: Observed, seen: Seen) => Decision {
  let last: { readonly observed: Observed; readonly seen: string; readonly decision: Decision } | undefined
  return (observed, { applied, ...seen }) => {
    const text = JSON.stringify([[...applied], seen])
    if (last?.seen === text && sameObjects(last.observed, observed)) return last.decision
    const decision = nextMove(goal, observed, { applied, ...seen }, run)
    last = { observed, seen: text, decision }
    return decision
  }
}
