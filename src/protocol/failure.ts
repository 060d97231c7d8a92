import { z } from 'zod'

/** A failure as the API answers it and the journal keeps it (`FailureRecord` of base, as a schema). */
export const FailureRecord = z
  .object({
    code: z.string().describe('`SL-AREA-NAME`: its entry is in docs/failures.md.'),
    blame: z.enum(['user', 'world', 'bug']).describe('Who can mend it.'),
    message: z.string(),
    todo: z.string(),
    facts: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'FailureRecord' })
export type FailureRecord = z.infer<typeof FailureRecord>
