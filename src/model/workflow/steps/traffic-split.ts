import { z } from 'zod'
import { Later, TextOrLater } from '../later.ts'

/** A destination of the user's own, in Istio's words. */
export const LiteralDestination = z.strictObject({
  host: z.string().min(1),
  subset: z.string().min(1).optional(),
  port: z.strictObject({ number: z.number().int().min(1).max(65_535) }).optional(),
})
export type LiteralDestination = z.infer<typeof LiteralDestination>

/** One row of a split: a side of the release, a destination of the user's own, or text that only the run can read as one of these. */
export const SplitRow = z.strictObject({
  to: z.union([z.enum(['stable', 'canary']), LiteralDestination, Later]),
  /** Whole percent; the rows of a split sum to 100. */
  weight: z.number().int().min(0).max(100),
})
export type SplitRow = z.infer<typeof SplitRow>

/** `virtualService` is left out where the one managed VirtualService of the release is meant; a typed name is used as is, managed or not. */
export const TrafficSplit = z.strictObject({ virtualService: TextOrLater.optional(), rows: z.array(SplitRow).min(1) })
export type TrafficSplit = z.infer<typeof TrafficSplit>
