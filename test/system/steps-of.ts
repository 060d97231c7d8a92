import { exampleWorkflow } from '#control-plane/executions/pretended.contract.ts'
import type { ExecutionView, StepView, TrafficReport } from '#protocol/http/index.ts'
import type { ControlPlane } from './control-plane.ts'

// Steps of a run of the guide's workflow, by their paths.

/** The one that asks a person. */
const asking = 'canary/verify/2'

export const stepsOf = (view: ExecutionView): readonly StepView[] =>
  view.phases.flatMap(phase => phase.sections.flatMap(section => section.steps))

export function stepsOfWorkflow(): string[] {
  return exampleWorkflow().phases.flatMap(phase => phase.sections.flatMap(section => section.steps.map(step => step.path)))
}

/** Moves on until this step has begun, with somebody who approves what comes before it. */
export async function untilBegun(plane: ControlPlane, id: string, path: string): Promise<ExecutionView> {
  return plane.until(id, view => {
    if (view.question?.step === asking && path !== asking) void plane.command(id, { do: 'approve', who: 'bob' })
    return stepsOf(view).some(step => step.path === path && step.status !== 'pending')
  })
}

/** Moves on to the end, with somebody who approves. */
export async function toTheEnd(plane: ControlPlane, id: string): Promise<ExecutionView> {
  return plane.until(id, view => {
    if (view.question?.step === asking) void plane.command(id, { do: 'approve', who: 'bob' })
    return view.ended !== undefined
  })
}

/** Every share that the routes of a run had, with the step that caused it. */
export const sharesOf = ({ releases }: TrafficReport): readonly string[] =>
  releases.flatMap(({ shares }) => shares.map(({ stable, canary, next, name }) => `${stable}/${canary}, new ${next}: ${name}`))
