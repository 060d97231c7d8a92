import { z } from 'zod'
import { TextOrLater } from '../later.ts'
import { choice, duration, fields, words, wordsOrLater } from '../written/leaf.ts'
import { defineStepType } from './step-type.ts'

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

/** Long enough for a team to see it on a working day, short enough that nothing hangs for a week. */
const expiresByDefault = 24 * 3_600_000

export const approval = defineStepType<Approval>({
  type: 'approval',
  title: 'Approval',
  about: 'Asks people, and goes on when one of them approves.',
  input: Approval,
  written: fields({
    groups: z.array(words).default([]),
    message: wordsOrLater.optional(),
    expires: duration(1000).default(expiresByDefault),
    onExpiry: choice('reject', 'approve').default('reject'),
  }),
  lasts: input => input.expires,
})
