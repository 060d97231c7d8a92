import type { z } from 'zod'
import type { Strategy } from '../strategy.ts'

/** What the model knows of one type of step. What it does is in control-plane/steps. */
export interface StepType<Input> {
  /** Its key in YAML, its name in code and journals. */
  readonly type: string
  /** For people, and, without `nameOf`, the name of a step that has none. */
  readonly title: string
  /** The name of a step that has none, where its title alone would not tell it from others. */
  nameOf?(input: Input): string
  /** One sentence for the guide and for editors. */
  readonly about: string
  /** What a run gets. */
  readonly input: z.ZodType<Input>
  /** The same from what people write: forms are read, defaults filled in. */
  readonly written: z.ZodType<Input>
  /**
   * Workflows in which it has a place; every one where left out. A step that names them works on the release itself, which has been let go when
   * rollback steps run: it has no place among these.
   */
  readonly strategies?: readonly Strategy[]
  /** Milliseconds that it takes by intent, waiting or measuring: its timeout comes after them. */
  lasts?(input: Input): number
}

export function defineStepType<Input>(type: StepType<Input>): StepType<Input> {
  return type
}
