import { z } from 'zod'

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
