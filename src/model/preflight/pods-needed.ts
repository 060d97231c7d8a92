import { replicasOf } from '#model/release/index.ts'
import type { Subject } from './facts.ts'

/** Pods of the canary, and the step that needs them. */
export interface PodsNeeded {
  readonly pods: number
  readonly step: string
}

/** How many pods the canary begins with; undefined where the workflow makes none. A percentage is rounded half up, one pod at least. */
export function firstCanaryPods({ steps, workload }: Subject): number | undefined {
  for (const goal of steps.flatMap(step => step.goals))
    if (goal.to === 'prepared') return 'count' in goal.instances ? goal.instances.count : ofAll(goal.instances.percent, workload)
  return undefined
}

function ofAll(percent: number, workload: Subject['workload']): number {
  return Math.max(1, Math.floor((replicasOf(workload) * percent) / 100 + 0.5))
}

/** The greatest number of canary pods at once, beside all stable ones. */
export function mostCanaryPods(subject: Subject): PodsNeeded | undefined {
  const needs = subject.steps.flatMap(step => step.goals.flatMap(goal => podsOf(goal, subject).map(pods => ({ pods, step: step.name }))))
  return needs.toSorted((a, b) => b.pods - a.pods)[0]
}

/** A split needs pods for its share, rounded up; a roll under traffic needs as many as stable has. */
function podsOf(goal: Subject['steps'][number]['goals'][number], subject: Subject): readonly number[] {
  const all = replicasOf(subject.workload)
  switch (goal.to) {
    case 'prepared':
      return ['count' in goal.instances ? goal.instances.count : ofAll(goal.instances.percent, subject.workload)]
    case 'split':
      return goal.fixed ? [] : goal.rows.filter(({ to }) => to === 'canary').map(({ weight }) => Math.ceil((all * weight) / 100))
    case 'mirror':
      return goal.fixed ? [] : [Math.ceil((all * goal.percent) / 100)]
    case 'promoted':
      return goal.traffic === 'reset' ? [] : [all]
    default:
      return []
  }
}
