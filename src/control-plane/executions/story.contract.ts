import { Failure } from '#base/index.ts'
import type { FailureStrategy, ResolvedStep } from '#model/workflow/index.ts'
import { orderOf, type Order } from './commands.ts'
import {
  openPlane,
  pretend,
  reached,
  startWorkflow,
  step,
  workflowOf,
  type PhaseSketch,
  type Plane,
  type Pretended,
} from './pretended.contract.ts'
import { executionView } from './view/execution-view.ts'
import { trafficReport } from './view/report.ts'
import { openSights, type Sight } from './view/sight.ts'

// The story that a test tells: one execution on a pretended delegate, in virtual time.
let plane: Plane | undefined

/** Ends the story; for `afterEach`. */
export async function closeStory(): Promise<void> {
  await plane?.close()
  plane = undefined
}

function present(): Plane {
  if (!plane) throw new Error('no story has begun')
  return plane
}

/** A traffic split of a step. */
export const split = (canary: number, more: Partial<ResolvedStep> = {}): ResolvedStep =>
  step(
    'trafficSplit',
    {
      rows: [
        { to: 'canary', weight: canary },
        { to: 'stable', weight: 100 - canary },
      ],
    },
    { name: `Split ${canary} %`, ...more },
  )
export const strategy = (more: Partial<FailureStrategy>): FailureStrategy => ({
  retry: { times: 0, every: 0 },
  do: 'rollbackWorkflow',
  ...more,
})
/** A failure that is nobody's here. */
export const world = (message: string): Failure => new Failure({ code: 'SL-X', blame: 'world', message, todo: '', facts: {} })

/** Starts a workflow of one phase; time stands. */
export async function start(pretended: Pretended, steps: readonly ResolvedStep[], more: Partial<PhaseSketch> = {}): Promise<void> {
  await startPhases(pretended, { name: 'Canary', sections: { deploy: steps }, ...more })
}

export async function startPhases(pretended: Pretended, ...phases: readonly PhaseSketch[]): Promise<void> {
  plane = openPlane(pretended)
  await startWorkflow(plane, workflowOf(...phases))
}

export async function view() {
  return executionView(await sightNow())
}

/** The report as it stands now. */
export async function reportNow() {
  return trafficReport(await sightNow())
}

async function sightNow(): Promise<Sight> {
  const sight = await openSights(present().store, present().clock).read('k3f9')
  if (!sight) throw new Error('no execution')
  return sight
}

/** What a command would do, and what is told to the person who gives it. */
export async function orders(wanted: Parameters<typeof orderOf>[1]): Promise<Order> {
  const sight = await openSights(present().store, present().clock).toCommand('k3f9')
  if (!sight) throw new Error('no execution')
  return orderOf(sight, wanted)
}

/** A command as the API takes it. */
export async function command(wanted: Parameters<typeof orderOf>[1]): Promise<void> {
  for (const message of (await orders(wanted)).messages) await present().engine.deliver('k3f9', message)
}

export const after = (milliseconds: number): Promise<void> => present().clock.advance(milliseconds)
/** What the delegate was asked to reach, with the numbers. */
export const goals = (pretended: Pretended): string[] => pretended.goals.map(({ to, number }) => `${number} ${to}`)
export const statuses = async () =>
  (await view()).phases.flatMap(phase => phase.sections.flatMap(section => section.steps.map(each => each.status)))

/** A world in which splitting fails so many times. */
export function failing(times: number): Pretended {
  let left = times
  return {
    ...pretend(),
    reach: ({ goal }) => {
      if (goal.to === 'split' && left-- > 0) throw world('API server: away')
      return reached(`${goal.to} reached`)
    },
  }
}
