import { step } from '#control-plane/executions/pretended.contract.ts'
import type { ResolvedWorkflow } from '#model/workflow/index.ts'
import type { Command, ExecutionView } from '#protocol/http/index.ts'
import {
  blueGreenWorkflow,
  bySeconds,
  canaryDelete,
  canaryDeployment,
  cartSteps,
  cartWorkflow,
  rolloutDeployment,
  trafficSplit,
} from '../cart-workflow.ts'

/** An execution that is left in one state, and brought to its end by another version of the program. */
export interface GoldenStory {
  readonly name: string
  readonly workflow: ResolvedWorkflow
  /** What a person does on the way, once, when it holds. */
  readonly before?: { readonly when: (view: ExecutionView) => boolean; readonly does: Command }
  /** It is left here. */
  readonly left: (view: ExecutionView) => boolean
  /** What a person does afterwards, once. */
  readonly after?: Command
  readonly ends: { readonly status: ExecutionView['status']; readonly version: string }
}

/** How late the mesh of the world is, milliseconds. */
export const late = 400

const settle = bySeconds(late)
const isRunning = (view: ExecutionView, type: string): boolean =>
  view.phases.some(({ sections }) => sections.some(({ steps }) => steps.some(each => each.type === type && each.status === 'running')))
const asks = (view: ExecutionView): boolean => view.status === 'waiting'

export const goldenStories: readonly GoldenStory[] = [
  {
    name: 'asks-at-half',
    workflow: cartWorkflow('2.0.0', settle, 50),
    left: asks,
    after: { do: 'approve', who: 'bob' },
    ends: { status: 'done', version: '2.0.0' },
  },
  {
    name: 'asks-and-is-aborted',
    workflow: cartWorkflow('2.0.0', settle, 50),
    left: asks,
    after: { do: 'abort', now: false, who: 'bob', why: 'another version says so' },
    ends: { status: 'returned', version: '1.0.0' },
  },
  {
    name: 'bakes',
    workflow: cartSteps(
      '2.0.0',
      settle,
      canaryDeployment(),
      trafficSplit(100),
      step('bake', { for: 120_000 }, { name: 'Bake' }),
      rolloutDeployment(),
      canaryDelete(),
    ),
    left: view => isRunning(view, 'bake'),
    ends: { status: 'done', version: '2.0.0' },
  },
  {
    name: 'rolls',
    workflow: cartSteps('2.0.0', settle, canaryDeployment(), trafficSplit(50), rolloutDeployment(), canaryDelete()),
    left: view => isRunning(view, 'rolloutDeployment'),
    ends: { status: 'done', version: '2.0.0' },
  },
  {
    name: 'goes-back',
    workflow: cartWorkflow('2.0.0', settle, 50),
    before: { when: asks, does: { do: 'abort', now: false, who: 'bob', why: 'enough seen' } },
    left: view => view.status === 'returning',
    ends: { status: 'returned', version: '1.0.0' },
  },
  {
    name: 'swaps-blue-green',
    workflow: blueGreenWorkflow('2.0.0', settle),
    left: view => isRunning(view, 'swapServices'),
    ends: { status: 'done', version: '2.0.0' },
  },
  {
    name: 'is-done',
    workflow: cartSteps('2.0.0', settle, canaryDeployment(), trafficSplit(50), rolloutDeployment(), canaryDelete()),
    left: view => view.ended !== undefined,
    ends: { status: 'done', version: '2.0.0' },
  },
]
