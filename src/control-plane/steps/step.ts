import type { z } from 'zod'
import type { FailureRecord, Json } from '#base/index.ts'
import type { Run } from '#control-plane/engine/index.ts'
import type { Goal, Release } from '#model/release/index.ts'
import type { ResolvedStep } from '#model/workflow/index.ts'
import type { ObjectsChange } from '#protocol/index.ts'

/** What a step gets to work with: one attempt at one step of one release. */
export interface StepRun {
  /** The engine's run; names are unique within the attempt. */
  readonly run: Run
  readonly step: ResolvedStep
  readonly release: Release
  /** The number of canary pods is the user's and is not raised to a share. */
  readonly fixed: boolean
  /** An irreversible step has begun, this one perhaps: nothing goes back unless a person says so. */
  readonly irreversible: boolean
  /** Percent of the traffic that former attempts of this step gave to the canary; 0 in the first one. */
  readonly reachedShare: number
  /** What `${k8s.canaryDestination}` and `${k8s.stableDestination}` stand for, as the text that they evaluate to. */
  readonly destinations: Readonly<Record<'stable' | 'canary', string>>
  /** Brings the release to a goal, asking people where the delegate asks. Gives one line for people: how it was reached. */
  goal(name: string, goal: Goal): Promise<string>
  /**
   * Changes objects of the namespace beside the traffic, once per step; what they were is recorded, and given back on the way back. Gives one
   * line for people.
   */
  objects(change: ObjectsChange): Promise<string>
  /** Hash of the text that was rendered for this step before the run. */
  pinned(): string
  /** Asks a person; gives one of the answers' names, or `expired`. */
  ask(name: string, question: Question): Promise<string>
  /** Evaluates a text with `${…}`, once: the value stands in the journal. An unknown name fails. */
  evaluate(name: string, text: string): Promise<Json>
}

export interface Question {
  readonly says: string
  readonly answers: readonly { readonly name: string; readonly means: string }[]
  /** What happens at the deadline, in words. */
  readonly next: string
}

/**
 * How an attempt ended. `says` is one line for people, `output` what `${outputs.…}` of later steps sees.
 * `turnedDown`: somebody who was asked said no; that is never retried, held or ignored. Everything else that goes wrong is thrown.
 */
export type StepResult =
  | { readonly is: 'done'; readonly says: string; readonly output?: Json; readonly as?: 'skipped' }
  | { readonly is: 'turnedDown'; readonly failure: FailureRecord }

/**
 * A step: straight-line code of named calls, nothing else. It has no undo: the way back is one goal of the release.
 * Names and types never change once released: they are keys in journals.
 */
export interface Step<Input> {
  readonly type: string
  readonly input: z.ZodType<Input>
  /** It moves or measures traffic: passed over in a first deployment, where nobody is served yet. */
  readonly needsTraffic?: boolean
  run(run: StepRun, input: Input): Promise<StepResult>
}

export function defineStep<Input>(step: Step<Input>): Step<Input> {
  return step
}

export const done = (says: string, output?: Json): StepResult => ({ is: 'done', says, ...(output === undefined ? {} : { output }) })
