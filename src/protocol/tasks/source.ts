import { z } from 'zod'
import { FailureRecord } from '../failure.ts'
import type { Progress } from './waiting.ts'

/** What a delegate offers: its selectors (`every`: it satisfies all, as the embedded one does) and the task types that it can do. */
export const LeaseRequest = z.object({
  agent: z.string(),
  selectors: z.union([z.literal('every'), z.array(z.string())]),
  types: z.array(z.string()),
})
export type LeaseRequest = z.infer<typeof LeaseRequest>

/** A task in the hands of one delegate. `key` and `attempt` prove its right; they go into whatever it writes for others to see. */
export const LeasedTask = z.object({
  /** EXECUTION/NAME. */
  key: z.string(),
  /** Counts from 1; a higher one means that the delegate before was lost. */
  attempt: z.number().int().min(1),
  type: z.string(),
  input: z.unknown(),
  /** Of a way back: take it even when you are full. */
  urgent: z.boolean(),
  /** Milliseconds between two heartbeats at most; null: none are needed. */
  heartbeat: z.number().int().nullable(),
})
export type LeasedTask = z.infer<typeof LeasedTask>

/** How a task ended. */
export const TaskResult = z.discriminatedUnion('is', [
  z.object({ is: z.literal('succeeded'), output: z.unknown() }),
  z.object({ is: z.literal('failed'), failure: FailureRecord }),
])
export type TaskResult = z.infer<typeof TaskResult>

/** `cancelled`: this attempt does not count any more; stop at once, nobody will read its result. */
export const Heard = z.object({ cancelled: z.boolean() })
export type Heard = z.infer<typeof Heard>

/** Where a delegate's agent gets its work: in the same process, or over HTTP with these schemas. */
export interface TaskSource {
  /** Waits until there is a task. `cancelled` is aborted as soon as the attempt does not count any more. */
  lease(request: LeaseRequest, signal: AbortSignal): Promise<LeasedTask & { readonly cancelled: AbortSignal }>
  /** Keeps the lease, and tells how far the task is. */
  heartbeat(key: string, attempt: number, progress?: Progress): Promise<Heard>
  /** When this resolves, the result is kept. */
  complete(key: string, attempt: number, result: TaskResult): Promise<Heard>
  /** A pinned text (rendered manifests) by its hash; undefined where there is none. */
  content(hash: string): Promise<string | undefined>
}
