import { objectName } from '#base/index.ts'
import type { Facts } from './facts.ts'
import { failures } from './failures.ts'
import { objection, ok, type PreflightFinding } from './finding.ts'

/** Istio's debounce, its maximum, and a second for the push itself, in seconds (facts of a real mesh). */
const debounce = { quiet: 0.1, most: 10, push: 1 }

interface PodSpec {
  readonly containers?: readonly { readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds?: number } } } }[]
}

/** A rolling update behind a bare route meets requests, unless a pod waits longer before it stops than the mesh needs to forget it. */
export function rollFindings({ subject }: Facts): readonly PreflightFinding[] {
  const resets = subject.steps.flatMap(step => step.goals).some(goal => goal.to === 'promoted' && goal.traffic === 'reset')
  if (!resets || subject.first) return [ok('roll', 'no pod is replaced while it has requests')]
  const { waits, minReady } = timesOf(subject.next)
  const covered =
    waits >= debounce.most + debounce.quiet + debounce.push || (waits > debounce.quiet && minReady > debounce.quiet + debounce.push)
  if (covered) return [ok('roll', `pods wait ${waits} s before they stop, longer than the mesh needs to forget them`)]
  return [objection('roll', 'warn', failures.ROLL_LOSES({ workload: objectName(subject.workload), waits: `${waits} s` }))]
}

/** Seconds for which every container sleeps before it stops, and for which a new pod must be ready before it counts. */
function timesOf(workload: Facts['subject']['next']): { readonly waits: number; readonly minReady: number } {
  const spec = (workload.spec ?? {}) as { readonly minReadySeconds?: number; readonly template?: { readonly spec?: PodSpec } }
  const sleeps = (spec.template?.spec?.containers ?? []).map(container => container.lifecycle?.preStop?.sleep?.seconds ?? 0)
  return { waits: Math.min(...(sleeps.length > 0 ? sleeps : [0])), minReady: spec.minReadySeconds ?? 0 }
}
