import { objectsOf } from '#delegate/kubernetes/index.ts'
import { lastShare, Manifests, plan, restGoal, type Goal, type PlannedGoal, type Release } from '#model/release/index.ts'
import type { ReleaseContext } from './context.ts'
import { inspectRelease } from './inspect-release.ts'
import type { Inspection } from './inspection.ts'
import { openObserver } from './observer.ts'
import { openPlainObserver } from './plain-observer.ts'
import type { ReleaseSurroundings } from './surroundings.ts'
import type { StepAims } from './touched.ts'

export interface ReleasePlan {
  readonly inspection: Inspection
  /** Empty where the inspection refuses. */
  readonly goals: readonly PlannedGoal[]
}

/** What a run would write on the cluster as it is: the protocol, played on a copy of what is seen. Writes nothing. */
export async function planRelease(
  release: Release,
  steps: readonly StepAims[],
  context: ReleaseContext,
  surroundings: ReleaseSurroundings,
): Promise<ReleasePlan> {
  const inspection = await inspectRelease({ release, steps }, context, surroundings)
  if (inspection.findings.some(finding => finding.level === 'refuse')) return { inspection, goals: [] }
  const { snapshot } = inspection
  const moves = steps.flatMap(step => step.goals)
  const goals: readonly Goal[] = [...moves, restGoal(release, { share: lastShare(moves), first: snapshot.first === true, beside: false })]
  const manifests = Manifests.parse(JSON.parse(await context.content(release.manifests)))
  const objects = objectsOf(await surroundings.cluster(release.cluster), surroundings)
  const run = { release, snapshot, manifests }
  const open = release.plain === undefined ? openObserver : openPlainObserver
  const observer = await open(objects, run, surroundings, () => undefined, context.signal)
  try {
    const now = new Date(surroundings.clock.now()).toISOString()
    return { inspection, goals: plan(goals, observer.current(), run, now) }
  } finally {
    observer.close()
  }
}
