import type { Task } from '#protocol/index.ts'
import type { Cause, Said } from './journal.ts'

/** Who may take a task, and how long it may be under way. */
export interface TaskOptions {
  /** A delegate must have all of them. */
  readonly selectors?: readonly string[]
  /** Milliseconds from the moment it is scheduled, 10 minutes by default; `standing` tasks run until their lane ends. */
  readonly timeout?: number | 'standing'
}

/** What is waited for, in the words people read ("one of release-managers"), for how long, and what happens then. */
export interface WaitOptions {
  /** Milliseconds from the moment the wait begins. */
  readonly deadline: number
  readonly for: string
  readonly next: string
  /** JSON for whoever shows or answers the wait: groups, answers, a plan's hash. Kept in the journal. */
  readonly about?: unknown
}

/** How a wait ended. The first delivery counts; `at` is the store's time, milliseconds since 1970. */
export type Answer<T> = ({ readonly is: 'delivered'; readonly payload: T; readonly at: number } & Said) | { readonly is: 'expired' }

/**
 * What a program may do. Every call is named; the name is unique within the lane and never changes once released: a finished call is
 * answered from the journal, so that after a restart a program continues where it was.
 * A program awaits nothing but its run (reading pinned content apart). Where it goes on in several places at once, calls come to their ends in the order
 * of the journal, also when it is played again; it does not race them for all that: of two that a power cut ended, either may be first.
 * When the lane ends (way back, restart, lost claim) a pending call never settles: the code just stops there, as in a crash.
 */
export interface Run {
  readonly execution: string
  /** Aborted when this lane is pre-empted, or when this process has lost the execution. */
  readonly signal: AbortSignal
  /** Asks a delegate. A failed task throws its Failure; so does one that was not done in time. */
  task<I, O>(name: string, task: Task<I, O>, input: I, options?: TaskOptions): Promise<O>
  sleep(name: string, milliseconds: number): Promise<void>
  /** Waits for what a person or another lane delivers under this call's full name. */
  wait<T>(name: string, options: WaitOptions): Promise<Answer<T>>
  /**
   * A value decided once: ids, numbers, how something ended. `make` may run again when the power goes before its value is written. No pause
   * holds it: what has ended is told at once, and may end the lane.
   */
  record<T>(name: string, make: () => T | Promise<T>): Promise<T>
  /** The time at which something begins, decided once: milliseconds since 1970. */
  now(name: string): Promise<number>
  /** The same run with `PREFIX/` before every name, and with these options for tasks that do not say otherwise. */
  scope(prefix: string, defaults?: TaskOptions): Run
}

/** The forward lane: the steps. It may set watches. */
export interface ForwardRun extends Run {
  /** Waits for the executions that this one supersedes to end; undefined where it had nobody before it. */
  turn(): Promise<Answer<unknown> | undefined>
  /** Starts the program's watch lane under this name, with this subject. It ends with `unwatch`, or with the forward lane. */
  watch(name: string, subject: unknown): Promise<void>
  unwatch(name: string): Promise<void>
  scope(prefix: string, defaults?: TaskOptions): ForwardRun
}

/** A watch lane: it may hold the forward lane while it asks somebody. */
export interface WatchRun extends Run {
  /** Forward steps begin nothing new until `resume`, but what ends them goes on; after `deadline` milliseconds the way back starts. */
  pause(name: string, why: string, deadline: number): Promise<void>
  resume(name: string): Promise<void>
}

/** What the forward lane did before it ended, from the journal. */
export interface PastCall {
  /** As the forward lane gave it, scopes included, without the lane. */
  readonly name: string
  readonly did: 'task' | 'sleep' | 'wait' | 'record'
  /** The task's type. */
  readonly type?: string
  readonly is: 'open' | 'done' | 'failed' | 'expired'
  /** What the call gave: a task's output, a recorded value, an answer's payload. */
  readonly output?: unknown
}

/** The way back. Nothing pre-empts it. */
export interface BackRun extends Run {
  /** The forward lane's calls, in the order in which they began. Does not change any more. */
  readonly past: readonly PastCall[]
}

/**
 * The program of an execution, one straight-line function per lane.
 * `forward` runs first. When it returns, the execution has succeeded. When it throws, when somebody aborts, when a pause expires, or when a watch
 * lane returns something, it is ended (its tasks are cancelled, at the delegate too) and `back` starts at once: when `back` returns,
 * the execution is `returned`; when it throws, `failed`: users may need a person.
 * `watch` runs once per `run.watch`; returning undefined ends that watch quietly, throwing counts as something found.
 */
export interface Program<Input = unknown, Subject = unknown> {
  forward(run: ForwardRun, input: Input): Promise<unknown>
  watch?(run: WatchRun, input: Input, subject: Subject): Promise<unknown>
  back(run: BackRun, input: Input, cause: Cause): Promise<unknown>
}
