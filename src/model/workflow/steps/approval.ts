import { z } from 'zod'
import { TextOrLater } from '../later.ts'

/** A question to people. Without groups anybody with the right to approve may answer. */
export const Approval = z.strictObject({
  groups: z.array(z.string().min(1)),
  /** What the approver reads. */
  message: TextOrLater.optional(),
  /** Milliseconds from the question to `onExpiry`. */
  expires: z.number().int().min(1),
  onExpiry: z.enum(['reject', 'approve']),
})
export type Approval = z.infer<typeof Approval>
