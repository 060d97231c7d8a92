import { z } from 'zod'
import { duration, fields } from '../written/leaf.ts'
import { defineStepType } from './step-type.ts'

/** Milliseconds. */
export const Wait = z.strictObject({ for: z.number().int().min(0) })
export type Wait = z.infer<typeof Wait>

export const wait = defineStepType<Wait>({
  type: 'wait',
  title: 'Wait',
  about: 'Waits, so that a share of the traffic can show what the version does.',
  input: Wait,
  written: fields({ for: duration(1) }),
  lasts: input => input.for,
})
