import type { Goal, GoalRow, ObjectsChange } from '#model/release/index.ts'
import { Release } from '#model/release/index.ts'
import {
  CanaryDeployment,
  Delete,
  HeaderRoute,
  Mirror,
  RolloutDeployment,
  Scale,
  ShiftTraffic,
  TrafficSplit,
  type LiteralDestination,
  type ResolvedPhase,
  type ResolvedRelease,
  type ResolvedStep,
  type ResolvedWorkflow,
} from '#model/workflow/index.ts'
import { application } from './failures.ts'

/** A destination of the user's own, as the delegate has it. */
export type LiteralRow = Exclude<GoalRow['to'], string>

export function literalRow({ host, subset, port }: LiteralDestination | LiteralRow): LiteralRow {
  const number = typeof port === 'object' ? port.number : port
  return { host, ...(subset === undefined ? {} : { subset }), ...(number === undefined ? {} : { port: number }) }
}

/** Every step of a phase in the order of its sections, rollback steps last. */
export function allSteps(phase: ResolvedPhase): readonly ResolvedStep[] {
  return [...phase.sections.flatMap(section => section.steps), ...phase.rollback]
}

/** Every step of a release, rollback steps included. */
export function stepsOf(workflow: ResolvedWorkflow, release: string): readonly ResolvedStep[] {
  return workflow.phases.filter(phase => phase.release === release).flatMap(allSteps)
}

/** One release of a workflow, as the delegate needs it: `manifests` is the hash of its rendered manifests. */
export function releaseTerms(execution: string, workflow: ResolvedWorkflow, release: ResolvedRelease, manifests: string): Release {
  const { name, service, namespace, cluster, subsets, settle, drain, bypass } = release
  const { remoteEndpoints, prometheus, workload, managed, routes, isolate, sticky } = release
  const virtualService = typedVirtualService(workflow, release.id)
  return Release.parse({
    execution,
    name,
    service,
    namespace,
    cluster,
    version: release.artifact.version,
    manifests,
    literals: literalDestinations(workflow, release.id),
    subsets,
    settle,
    drain,
    bypass,
    ...(remoteEndpoints === undefined ? {} : { remoteEndpoints }),
    ...(prometheus === undefined ? {} : { prometheus }),
    ...(workload === undefined ? {} : { workload }),
    ...(managed === undefined ? {} : { managed }),
    ...(routes === undefined ? {} : { routes }),
    ...(isolate === undefined ? {} : { isolate }),
    ...(sticky === undefined ? {} : { sticky }),
    ...(workflow.strategy === 'blueGreen' ? { blueGreen: true } : {}),
    ...(workflow.strategy === 'rolling' || workflow.strategy === 'basic' ? { plain: workflow.strategy } : {}),
    ...(virtualService === undefined ? {} : { virtualService }),
  })
}

/** The user's own destinations that the splits of a release name: the route's other rows are not ours to touch. */
function literalDestinations(workflow: ResolvedWorkflow, release: string): readonly LiteralRow[] {
  const splits = stepsOf(workflow, release).flatMap(({ type, input }) => (type === 'trafficSplit' ? [TrafficSplit.parse(input)] : []))
  const literals = splits.flatMap(({ rows }) => rows.flatMap(({ to }) => (typeof to === 'string' || 'later' in to ? [] : [literalRow(to)])))
  return [...new Map(literals.map(each => [JSON.stringify(each), each])).values()]
}

/** The VirtualService that a release's steps name; undefined where they leave it out. Several are refused: a run holds one. */
export function typedVirtualService(workflow: ResolvedWorkflow, release: string): string | undefined {
  const names = new Set(stepsOf(workflow, release).flatMap(step => (splitsTraffic(step) ? typedName(step.input) : [])))
  if (names.size > 1) throw application.SEVERAL_VIRTUAL_SERVICES({ release, names: [...names] })
  return [...names][0]
}

/** Whether a step decides who gets which share of the traffic. */
export function splitsTraffic({ type }: ResolvedStep): boolean {
  return type === 'trafficSplit' || type === 'shiftTraffic'
}

/** One stage of a ramp as a goal: so many percent to the canary, the rest to stable. */
export function stageGoal(canary: number, fixed: boolean): Goal {
  const rows: GoalRow[] = [
    { to: 'canary', weight: canary },
    { to: 'stable', weight: 100 - canary },
  ]
  return { to: 'split', rows, fixed }
}

function typedName(input: ResolvedStep['input']): readonly string[] {
  const name = (input as { readonly virtualService?: unknown } | null)?.virtualService
  return typeof name === 'string' ? [name] : []
}

/** Everybody on the staged version. */
export const swapped: Goal = {
  to: 'split',
  fixed: false,
  rows: [
    { to: 'stable', weight: 0 },
    { to: 'canary', weight: 100 },
  ],
}

/** The goals of a step as a plan knows them: none for steps that move no traffic, and none for rows that only the run can read. */
export function goalsOf({ type, input }: ResolvedStep): readonly Goal[] {
  switch (type) {
    case 'canaryDeployment': {
      const { instances, fixed } = CanaryDeployment.parse(input)
      return [{ to: 'pinned' }, { to: 'prepared', instances, fixed }]
    }
    case 'trafficSplit': {
      const rows = TrafficSplit.parse(input).rows.flatMap(({ to, weight }): GoalRow[] => {
        if (typeof to === 'string') return [{ to, weight }]
        return 'later' in to ? [] : [{ to: literalRow(to), weight }]
      })
      return rows.length === 0 ? [] : [{ to: 'split', rows, fixed: false }]
    }
    case 'shiftTraffic':
      return ShiftTraffic.parse(input).stages.map(canary => stageGoal(canary, false))
    case 'headerRoute': {
      const { name, match } = HeaderRoute.parse(input)
      return [{ to: 'headerRoute', name, match, fixed: false }]
    }
    case 'mirror': {
      const { percentage, allowUnsafeMethods } = Mirror.parse(input)
      return [{ to: 'mirror', percent: percentage, allowUnsafeMethods, fixed: false }]
    }
    case 'rolloutDeployment':
      return [{ to: 'promoted', traffic: RolloutDeployment.parse(input).traffic }]
    case 'stageDeployment':
      return [{ to: 'pinned' }, { to: 'prepared', instances: { percent: 100 }, fixed: false }]
    case 'swapServices':
      return [swapped]
    case 'canaryDelete':
      return [{ to: 'canaryRemoved' }]
    default:
      return []
  }
}

/** What a step changes beside the traffic; undefined where it changes nothing there. `applied`: hash of what an apply step applies. */
export function changeOf({ type, input }: ResolvedStep, applied: string): ObjectsChange | undefined {
  switch (type) {
    case 'scale':
      return { is: 'scale', ...Scale.parse(input) }
    case 'apply':
      return { is: 'apply', manifests: applied }
    case 'delete':
      return { is: 'delete', ...Delete.parse(input) }
    default:
      return undefined
  }
}

/** A check, or a step that checks in between. */
function measuresRequests({ type, input }: ResolvedStep): boolean {
  return type === 'check' || (input as { readonly check?: unknown } | null)?.check !== undefined
}

/** What a step will do, as far as it is known before the run. */
export interface StepAims {
  readonly name: string
  readonly goals: Goal[]
  readonly change?: ObjectsChange
  /** It judges a version by its requests. */
  readonly measures?: boolean
}

/**
 * What each step of a release aims for, by its name, and what it changes beside the traffic: as much of it as is known before the run.
 * `applied`: hashes of what apply steps apply, by their paths.
 */
export function stepGoals(
  workflow: ResolvedWorkflow,
  release: string,
  applied: Readonly<Record<string, string | undefined>> = {},
): readonly StepAims[] {
  const steps = workflow.phases
    .filter(phase => phase.release === release)
    .flatMap(phase => phase.sections.flatMap(section => section.steps))
  let fixed = false
  // Who has fixed the number of the canary's pods has done so for the splits behind it.
  const asRun = (goal: Goal): Goal => {
    if (goal.to === 'prepared') fixed = goal.fixed
    return 'fixed' in goal ? { ...goal, fixed } : goal
  }
  const aims = steps.map(step => {
    const change = changeOf(step, applied[step.path] ?? '')
    const measures = measuresRequests(step)
    return { name: step.name, goals: goalsOf(step).map(asRun), ...(change ? { change } : {}), ...(measures ? { measures } : {}) }
  })
  return aims.filter(({ goals, change, measures }) => goals.length > 0 || change !== undefined || measures === true)
}
