import type { Clock } from '#base/index.ts'
import type { Progress, Task } from '#protocol/index.ts'

/** What an implementation gets beside its input. */
export interface TaskContext {
  /** Aborted when nobody will read the result: stop at once, write nothing more. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** EXECUTION/NAME and the attempt: goes into whatever it writes for others to see. */
  readonly key: string
  readonly attempt: number
  /** Tells how far it is; the latest one counts. */
  progress(progress: Progress): void
  /** A pinned text by its hash; fails where there is none. */
  content(hash: string): Promise<string>
}

/**
 * Which tasks exclude each other: of one `key` only the one with the highest `rank` runs, and a lower one is stopped or refused.
 */
export interface Fence {
  readonly key: string
  readonly rank: number
}

/** One task type and how it is done here. `run` may be called again with the same input after a crash: it must be idempotent. */
export interface Implementation<Input = unknown, Output = unknown> {
  readonly task: Task<Input, Output>
  run(input: Input, context: TaskContext): Promise<Output>
  fence?(input: Input): Fence
}

export function implement<Input, Output>(implementation: Implementation<Input, Output>): Implementation {
  return implementation as Implementation
}
