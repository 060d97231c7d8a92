import { z } from 'zod'

/**
 * What a failed step leads to, when its retries are used up.
 * `rollbackWorkflow`: the way back of every release, then the rollback steps of every phase that began. `rollbackPhase`: the same for the
 * releases of this phase's infrastructure. `abort`: the way back alone, no rollback steps. `ignore`: the next step runs.
 */
export const Reaction = z.enum(['rollbackWorkflow', 'rollbackPhase', 'ignore', 'abort'])
export type Reaction = z.infer<typeof Reaction>

/** `hold` asks a person, for so many milliseconds, then reacts without one. */
export const FailureStrategy = z.strictObject({
  /** How many more times the step is tried; `every`: milliseconds from a failure to the next attempt. */
  retry: z.strictObject({ times: z.number().int().min(0), every: z.number().int().min(0) }),
  hold: z.strictObject({ for: z.number().int().min(0) }).optional(),
  do: Reaction,
})
export type FailureStrategy = z.infer<typeof FailureStrategy>
