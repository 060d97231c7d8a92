import { objectName, type KubernetesObject } from '#base/index.ts'
import { floorField, floorOf, isMadeBy, replicasOf, scales, specOf } from '#model/release/index.ts'
import type { Facts, Subject } from './facts.ts'
import { failures } from './failures.ts'
import { objection, ok, type PreflightFinding } from './finding.ts'
import { canaryLabels, matches, stableLabels, type LabelSelector } from './labels.ts'
import { listed } from './text.ts'

/** Who scales the workload, and which budgets and policies select its pods, before the run and in it. */
export function scalingFindings(facts: Facts): readonly PreflightFinding[] {
  const found = [...autoscalerFindings(facts), ...budgetFindings(facts), ...selectorFindings(facts), ...unseenFindings(facts)]
  return found.length > 0 ? found : [ok('scaling', `${objectName(facts.subject.workload)}: no autoscaler and no disruption budget`)]
}

function autoscalerFindings({ subject, around }: Facts): readonly PreflightFinding[] {
  const { workload, autoscalers } = subject
  const keda = around.scaledObjects.items.filter(object => scales(object, workload))
  // KEDA makes an autoscaler of its own for every ScaledObject.
  const others = autoscalers.filter(each => !keda.some(object => isMadeBy(each, object)))
  const all = [...others, ...keda]
  return [...(all.length > 1 ? [severalFinding(workload, all)] : []), ...all.map(each => ok('scaling', floorText(each, subject)))]
}

function severalFinding(workload: KubernetesObject, all: readonly KubernetesObject[]): PreflightFinding {
  const names = { workload: objectName(workload), autoscalers: listed(all.map(objectName)) }
  return objection('scaling', 'warn', failures.SEVERAL_AUTOSCALERS(names))
}

/** Autoscalers count pods by the workload's selector, so the canary's count too, unless they are out of its reach. */
function floorText(autoscaler: KubernetesObject, subject: Subject): string {
  const { workload } = subject
  const [field, present] = [floorField(autoscaler), floorOf(autoscaler)]
  const held = Math.max(present, replicasOf(workload))
  const floor = held > present ? `${field} is raised from ${present} to ${held} for the run` : `${field} stays ${present}`
  const counts = matches(specOf(workload).selector, canaryLabels(subject)) ? '; its metrics are averaged over canary pods too' : ''
  return `${objectName(autoscaler)}: ${floor}${counts}${pausedText(autoscaler)}`
}

/** Annotations by which KEDA is told to leave a workload at a number of pods, or as it is. */
function pausedText({ metadata: { annotations = {} } }: KubernetesObject): string {
  const at = annotations['autoscaling.keda.sh/paused-replicas']
  if (at !== undefined) return `; paused at ${at} pods: KEDA brings the workload back to them whatever the run needs`
  return annotations['autoscaling.keda.sh/paused'] === 'true' ? '; paused: the number of pods stays as it is' : ''
}

interface BudgetSpec {
  readonly selector?: LabelSelector
  readonly minAvailable?: number | string
  readonly maxUnavailable?: number | string
}

function budgetFindings({ subject, around }: Facts): readonly PreflightFinding[] {
  const [now, then] = [stableLabels(subject), canaryLabels(subject)]
  const specs = around.budgets.items.map(budget => ({ budget, spec: (budget.spec ?? {}) as BudgetSpec }))
  const ofStable = specs.filter(({ spec }) => matches(spec.selector, now))
  const ofCanary = specs.filter(({ spec }) => matches(spec.selector, then))
  const counted = ofCanary.filter(each => ofStable.includes(each)).flatMap(({ budget, spec }) => countFinding(budget, spec))
  return [...counted, ...overlap('stable', ofStable), ...overlap('canary', ofStable.length > 1 ? [] : ofCanary)]
}

/** A number is met by canary pods as well as by stable ones; a percentage grows with them. */
function countFinding(budget: KubernetesObject, { minAvailable, maxUnavailable }: BudgetSpec): readonly PreflightFinding[] {
  const says = typeof minAvailable === 'number' ? `minAvailable ${minAvailable}` : undefined
  if (says !== undefined) return [objection('scaling', 'warn', failures.BUDGET_COUNTS_CANARY({ budget: objectName(budget), says }))]
  const bound = maxUnavailable === undefined ? `minAvailable ${minAvailable ?? 0}` : `maxUnavailable ${maxUnavailable}`
  return [ok('scaling', `${objectName(budget)}: ${bound} holds for stable and canary pods together`)]
}

function overlap(pods: string, selecting: readonly { readonly budget: KubernetesObject }[]): readonly PreflightFinding[] {
  if (selecting.length < 2) return []
  const budgets = listed(selecting.map(({ budget }) => objectName(budget)))
  return [objection('scaling', 'warn', failures.BUDGETS_OVERLAP({ budgets, pods }))]
}

/** Budgets and network policies that select the pods of one version and not those of the other. */
function selectorFindings({ subject, around }: Facts): readonly PreflightFinding[] {
  const [now, then] = [stableLabels(subject), canaryLabels(subject)]
  const selecting = [
    ...around.budgets.items.map(object => ({ object, selector: (object.spec as BudgetSpec | undefined)?.selector })),
    ...around.networkPolicies.items.map(object => ({
      object,
      selector: (object.spec as { readonly podSelector?: LabelSelector } | undefined)?.podSelector,
    })),
  ]
  const said = (selects: boolean, pods: string): string => (selects ? `${pods} pods` : `none of the ${pods} pods`)
  return selecting.flatMap(({ object, selector }) => {
    const [before, after] = [matches(selector, now), matches(selector, then)]
    if (before === after) return []
    const facts = { object: objectName(object), stable: said(before, 'stable'), canary: said(after, 'canary') }
    return [objection('scaling', 'warn', failures.SELECTOR_CHANGES(facts))]
  })
}

function unseenFindings({ around }: Facts): readonly PreflightFinding[] {
  const kinds = [
    ['ScaledObjects', around.scaledObjects, 'KEDA may scale the workload'],
    ['PodDisruptionBudgets', around.budgets, 'which of them select canary pods is unknown'],
    ['NetworkPolicies', around.networkPolicies, 'which of them select canary pods is unknown'],
  ] as const
  return kinds.flatMap(([what, { unseen }, means]) =>
    unseen === undefined ? [] : [objection('scaling', 'unknown', failures.UNSEEN({ what, why: unseen, means }))],
  )
}
