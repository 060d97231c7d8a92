import { z } from 'zod'

/** Why something waits: for what, since when, until when (ISO times), and what happens next. Every waiting state has all four. */
export const Waiting = z.object({ for: z.string(), since: z.string(), until: z.string(), next: z.string() })
export type Waiting = z.infer<typeof Waiting>

/** What a delegate tells while a task runs; the latest one counts. Not journaled. */
export const Progress = z.object({
  /** One line for people: "cart-canary 1 of 1 ready, reachable by 3 of 3 proxies". */
  says: z.string(),
  waiting: Waiting.optional(),
  /** Weights as declared at the route now, in percent, and whether every proxy has them. */
  split: z.object({ stable: z.number(), canary: z.number(), foreign: z.number(), acknowledged: z.boolean() }).optional(),
  /** So far in this task: object writes and API calls. */
  writes: z.number().int().optional(),
  calls: z.number().int().optional(),
})
export type Progress = z.infer<typeof Progress>
