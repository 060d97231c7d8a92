import { objectName, type KubernetesObject } from '#base/index.ts'
import type { Facts } from './facts.ts'
import { failures } from './failures.ts'
import { objection, ok, type PreflightFinding } from './finding.ts'

/** Istio's debounce, its maximum, and a second for the push itself, in seconds (facts of a real mesh). */
const debounce = { quiet: 0.1, most: 10, push: 1 }

interface PreStop {
  readonly sleep?: { readonly seconds?: number }
  readonly exec?: unknown
  readonly httpGet?: unknown
}

interface PodSpec {
  readonly containers?: readonly { readonly lifecycle?: { readonly preStop?: PreStop } }[]
}

/** A rolling update behind a bare route meets requests, unless a pod waits longer before it stops than the mesh needs to forget it. */
export function rollFindings({ subject }: Facts): readonly PreflightFinding[] {
  const resets = subject.steps.flatMap(step => step.goals).some(goal => goal.to === 'promoted' && goal.traffic === 'reset')
  if (!resets || subject.first) return [ok('roll', 'no pod is replaced while it has requests')]
  const { waits } = timesOf(subject.next)
  if (isCovered(subject.next)) return [ok('roll', `pods wait ${waits} s before they stop, longer than the mesh needs to forget them`)]
  return [objection('roll', 'warn', failures.ROLL_LOSES({ workload: objectName(subject.workload), waits: `${waits} s` }))]
}

/** Every proxy has forgotten a pod before it stops. */
function isCovered(workload: KubernetesObject): boolean {
  const { waits, minReady } = timesOf(workload)
  return waits >= debounce.most + debounce.quiet + debounce.push || (waits > debounce.quiet && minReady > debounce.quiet + debounce.push)
}

/** Seconds that kube-proxy and what stands before it need to forget an endpoint, generously. */
const withoutMesh = 2

/** Why requests meet a pod that is gone, in words; none where it waits long enough before it stops, or does something of its own. */
export function losesAtEnd(workload: KubernetesObject, inMesh: boolean): readonly string[] {
  const { waits, own } = timesOf(workload)
  if (own || (inMesh ? isCovered(workload) : waits >= withoutMesh)) return []
  const wanted = inMesh ? Math.ceil(debounce.most + debounce.quiet + debounce.push) : withoutMesh
  return [`pods stop ${waits} s after they are told to, and it may take ${wanted} s until nobody sends them requests any more`]
}

/** Seconds for which every container sleeps before it stops, and for which a new pod must be ready before it counts. `own`: some container does something of its own first. */
function timesOf(workload: KubernetesObject): { readonly waits: number; readonly minReady: number; readonly own: boolean } {
  const spec = (workload.spec ?? {}) as { readonly minReadySeconds?: number; readonly template?: { readonly spec?: PodSpec } }
  const stops = (spec.template?.spec?.containers ?? []).map(container => container.lifecycle?.preStop ?? {})
  const sleeps = stops.map(({ sleep }) => sleep?.seconds ?? 0)
  const own = stops.some(({ exec, httpGet }) => exec !== undefined || httpGet !== undefined)
  return { waits: Math.min(...(sleeps.length > 0 ? sleeps : [0])), minReady: spec.minReadySeconds ?? 0, own }
}
