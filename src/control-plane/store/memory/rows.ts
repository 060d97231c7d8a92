import type { Clock } from '#base/index.ts'
import type { Progress, TaskResult } from '#protocol/index.ts'
import type { ExecutionRow, Hint, InboxRow, JournalEvent, NewTask } from '#control-plane/engine/index.ts'

export interface Execution {
  row: ExecutionRow
  epoch: number
  owned: boolean
  leaseUntil: number
  /** Infinity: only news wake it. */
  wakeAt: number
  readonly events: JournalEvent[]
  inbox: InboxRow[]
  lastInboxId: number
}

export interface QueuedTask extends NewTask {
  readonly execution: string
  readonly order: number
  status: 'queued' | 'leased' | 'done' | 'closed'
  attempt: number
  leaseUntil: number
  process: boolean
  agent: string | undefined
  progress: Progress | undefined
  result: TaskResult | undefined
}

/** Everything that the memory store holds. Statements change it synchronously, so each is one transaction. */
export interface Rows {
  readonly clock: Clock
  readonly executions: Map<string, Execution>
  /** By name the unfinished execution that holds it. */
  readonly holds: Map<string, string>
  /** By `EXECUTION/NAME`. */
  readonly tasks: Map<string, QueuedTask>
  readonly content: Map<string, string>
  readonly listeners: Set<(hint: Hint) => void>
}

/** What goes in and out of a database is a copy, and only what JSON can hold. */
export function copy<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T)
}

/** A copy that never changes again: what goes in once goes out as it is, however often it is read. */
export function kept<T>(value: T): T {
  return frozen(copy(value))
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}

/** Tells after the statement, as a database does after its commit. */
export function tell(rows: Rows, ...hints: readonly Hint[]): void {
  queueMicrotask(() => {
    for (const listener of rows.listeners) for (const hint of hints) listener(hint)
  })
}

/** Whether the inbox or the queue hold something that the owner has not read. */
export function hasNews(rows: Rows, execution: Execution): boolean {
  return execution.inbox.length > 0 || tasksOf(rows, execution.row.id).some(task => task.status === 'done')
}

export function tasksOf(rows: Rows, execution: string): QueuedTask[] {
  return [...rows.tasks.values()].filter(task => task.execution === execution)
}
