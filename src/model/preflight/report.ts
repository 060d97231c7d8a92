import { z } from 'zod'
import { PreflightFinding } from './finding.ts'

/** What `sluice preflight --output json` prints. */
export const PreflightReport = z.strictObject({
  workflow: z.string(),
  /** A run would be refused. */
  refused: z.boolean(),
  releases: z.array(
    z.strictObject({
      /** Service and infrastructure: `cart@eu`. */
      id: z.string(),
      namespace: z.string(),
      /** Absent where the look ended before it could be told. */
      settle: z.strictObject({ how: z.enum(['acknowledged', 'seconds']), why: z.string() }).optional(),
      findings: z.array(PreflightFinding),
    }),
  ),
})
export type PreflightReport = z.infer<typeof PreflightReport>
