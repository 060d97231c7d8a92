// A workflow as the rules of this folder see it: its steps in the order in which they run, each with its input as far as that is known.
import type { Json } from '#base/index.ts'
import type { OutlineStep } from '../names/outline.ts'
import type { Source } from '../documents/source.ts'
import type { Strategy } from '../strategy.ts'
import { CanaryDeployment } from '../steps/canary-deployment.ts'
import { HeaderRoute } from '../steps/header-route.ts'
import { Mirror } from '../steps/mirror.ts'
import { ShiftTraffic } from '../steps/shift-traffic.ts'
import { TrafficSplit } from '../steps/traffic-split.ts'

export interface LintStep extends OutlineStep {
  /** What the run would get; undefined where that depends on what a run brings, or is wrong. */
  readonly input: unknown
}

/** The steps that act on one release: those of all phases of one infrastructure. */
export interface Lane {
  readonly steps: readonly LintStep[]
  readonly infrastructure?: Source
  readonly environment?: Source
}

export interface LintWorkflow {
  readonly source: Source
  readonly strategy?: Strategy
  readonly steps: readonly LintStep[]
  readonly rollback: readonly LintStep[]
  readonly lanes: readonly Lane[]
}

/** How the workflow will be run, where that is known. */
export interface LintSetting {
  /** By the command line's own host, which is one person's machine. */
  readonly embedded?: boolean
}

/** Percent of the traffic that the canary has before each step; undefined where a run decides it. */
export function canaryWeights(steps: readonly LintStep[]): readonly (number | undefined)[] {
  let weight: number | undefined = 0
  return steps.map(step => {
    const before = weight
    if (splitsTraffic(step)) weight = splitWeight(step)
    if (step.type === 'rolloutDeployment' || step.type === 'canaryDelete') weight = 0
    return before
  })
}

/** Whether a step decides who gets which share of the traffic. */
export function splitsTraffic({ type }: LintStep): boolean {
  return type === 'trafficSplit' || type === 'shiftTraffic' || type === 'swapServices'
}

/** Whether a step may send requests to the canary: a share of them, or such as it tells apart. */
export function reachesCanary(step: LintStep): boolean {
  if (splitsTraffic(step)) return splitWeight(step) !== 0
  if (step.type === 'headerRoute') return HeaderRoute.safeParse(step.input).data?.match.length !== 0
  return step.type === 'mirror' && Mirror.safeParse(step.input).data?.percentage !== 0
}

/** What a step that splits the traffic gives to the canary in the end. */
export function splitWeight(step: LintStep): number | undefined {
  if (step.type === 'swapServices') return 100
  if (step.type === 'shiftTraffic') return ShiftTraffic.safeParse(step.input).data?.stages.at(-1)
  const split = TrafficSplit.safeParse(step.input).data
  return split && (split.rows.find(row => row.to === 'canary')?.weight ?? 0)
}

/** The canary that a step starts. */
export function canaryOf(step: LintStep): CanaryDeployment | undefined {
  return step.type === 'canaryDeployment' ? CanaryDeployment.safeParse(step.input).data : undefined
}

/** For people: `"Primary", wrapUp`. */
export function sayPlace(step: OutlineStep): string {
  return `phase "${step.phase.name}", ${step.section}`
}

/** The value at a field of a document's spec. */
export function specField(source: Source | undefined, field: string): Json | undefined {
  return source?.at(['spec', field])
}
