import { z } from 'zod'
import { workflow } from '../failures.ts'
import { choice, complain, count, duration, fields, leaf, share } from '../written/leaf.ts'
import { defineStepType } from './step-type.ts'

/** What a verdict leads to: `pass` goes on, `fail` fails the step (its failure strategy decides), `hold` asks a person. */
export const Verdict = z.enum(['pass', 'fail', 'hold'])
export type Verdict = z.infer<typeof Verdict>

/** Measures one version over a time, and judges. At least one of `errorRate` and `latency` is there. */
export const Check = z.strictObject({
  version: z.enum(['canary', 'stable']),
  /** Greatest share of 5xx answers, 0 to 1. */
  errorRate: z.strictObject({ max: z.number().min(0).max(1) }).optional(),
  /** Greatest latency at this percentile (over 0, up to 100), milliseconds. */
  latency: z.strictObject({ percentile: z.number().gt(0).max(100), max: z.number().min(0) }).optional(),
  /** How long is measured, milliseconds. */
  over: z.number().int().min(1),
  /** Fewer requests than this in that time give no verdict: `onFewRequests` decides. */
  minRequests: z.number().int().min(0),
  onBad: Verdict,
  onFewRequests: Verdict,
})
export type Check = z.infer<typeof Check>

/** Long enough for a few scrapes of every metric, short enough to repeat at each share. */
const overByDefault = 120_000
/** One error among a hundred is 1 %: with fewer requests a single one decides. */
const minRequestsByDefault = 100

const percentile: z.ZodType<number> = leaf({
  wants: 'a percentile over 0 and up to 100, such as 99 or 99.9',
  shapes: ['integer', 'number'],
  read: written => (typeof written === 'number' && written > 0 && written <= 100 ? written : undefined),
})

export const check = defineStepType<Check>({
  type: 'check',
  title: 'Check',
  about: 'Measures one version for a while, and judges: good, bad, or too few requests to say.',
  input: Check,
  written: fields({
    version: choice('canary', 'stable').default('canary'),
    errorRate: fields({ max: share }).optional(),
    latency: fields({ percentile, max: duration() }).optional(),
    over: duration(1000).default(overByDefault),
    minRequests: count(0).default(minRequestsByDefault),
    onBad: choice('fail', 'hold', 'pass').default('fail'),
    onFewRequests: choice('fail', 'hold', 'pass').default('hold'),
  }).superRefine((input, context) => {
    if (input.errorRate || input.latency) return
    complain(context, { tell: where => workflow.NO_JUDGEMENT({ where }) })
  }),
  lasts: input => input.over,
})
