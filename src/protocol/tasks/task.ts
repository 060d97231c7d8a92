import type { z } from 'zod'

/** A task: what the control plane asks of a delegate. Schemas only; the work itself is in `delegate/`. Types never change once released. */
export interface Task<Input, Output> {
  readonly type: string
  readonly input: z.ZodType<Input>
  readonly output: z.ZodType<Output>
}

export function defineTask<I, O>(task: Task<I, O>): Task<I, O> {
  return task
}
