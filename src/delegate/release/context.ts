import type { Progress } from '#protocol/index.ts'

/** What a task gets from the agent that runs it. */
export interface ReleaseContext {
  /** Aborted when the task does not count any more: stop at once, write nothing more. */
  readonly signal: AbortSignal
  progress(progress: Progress): void
  /** A pinned text by its hash; fails where there is none. */
  content(hash: string): Promise<string>
}
