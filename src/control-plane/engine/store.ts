import type { Progress, TaskResult } from '#protocol/index.ts'
import type { Entry, JournalEvent, Said } from './journal.ts'
import type { WaitOptions } from './run.ts'

/** How an execution stands. `waiting`: nobody owns it until its next deadline or news. The last three are final. */
export type Status = 'running' | 'waiting' | 'succeeded' | 'returned' | 'failed'

export const finalStatuses = ['succeeded', 'returned', 'failed'] as const satisfies readonly Status[]
export type FinalStatus = (typeof finalStatuses)[number]

export interface NewExecution {
  readonly id: string
  /** Which program runs it; the name never changes once released. */
  readonly program: string
  readonly input: unknown
  /** JSON for lists: what is released where. */
  readonly subject?: unknown
  readonly by?: string
  /** Names that only one unfinished execution may hold at a time (releases). */
  readonly holds?: readonly string[]
  /** Ends whoever has one of the holds, and waits until all of them are free; without it the start is refused. */
  readonly supersede?: Supersede
}

/** A start that takes others' place. They are sent back in the very transaction that writes the new execution, which begins with a wait. */
export interface Supersede {
  /** Who ends them, and for what ("cart 3.0.0"). */
  readonly by?: string
  readonly why?: string
  /** Its `for` goes on after the names of the others: "to be back on its former version". */
  readonly wait: WaitOptions
}

/** One row of a list. Times: the store's, milliseconds since 1970. */
export interface ExecutionRow {
  readonly id: string
  readonly program: string
  readonly input: unknown
  readonly subject: unknown
  readonly by: string | undefined
  readonly holds: readonly string[]
  readonly status: Status
  readonly startedAt: number
  readonly endedAt: number | undefined
  /** Number of events. */
  readonly seq: number
}

export type Started =
  /** `behind`: the executions whose place it takes once they have ended. */
  | { readonly is: 'started'; readonly behind?: readonly string[] }
  /** An execution with this id is there already; nothing was changed. */
  | { readonly is: 'exists' }
  /** Another unfinished execution holds one of the names; nothing was written. */
  | { readonly is: 'held'; readonly name: string; readonly by: ExecutionRow }

/** The right to write to one execution: every write proves it by its epoch. */
export interface Claim {
  readonly execution: string
  readonly epoch: number
}

export type Claimed =
  | { readonly is: 'claimed'; readonly claim: Claim; readonly now: number }
  /** Nothing is due; `next`: the store's time at which something will be, unless news come first. */
  | { readonly is: 'none'; readonly now: number; readonly next: number | undefined }

/** What people and lanes send. An `answer` goes to an open wait; the others are commands to the engine. */
export type Message =
  | ({ readonly is: 'answer'; readonly name: string; readonly payload?: unknown } & Said)
  | ({ readonly is: 'abort'; readonly now: boolean } & Said)
  | ({ readonly is: 'pause'; readonly deadline: number } & Said)
  | ({ readonly is: 'resume' } & Said)

/**
 * `accepted`: it is written and will be heard. `answered`: somebody was first, or the wait's deadline has passed.
 * `notWaiting`: nothing waits under that name. `ended`: the execution is over. `unknown`: there is none.
 */
export type Delivered = 'accepted' | 'answered' | 'notWaiting' | 'ended' | 'unknown'

/** A message that the owner has not yet written into the journal; `id` rises within the execution. */
export interface InboxRow {
  readonly id: number
  readonly message: Message
}

/** A task that a delegate has completed and whose result is not yet in the journal. */
export interface TaskNews {
  readonly name: string
  readonly result: TaskResult
}

/** What has come since the owner last looked. */
export interface News {
  readonly inbox: readonly InboxRow[]
  readonly tasks: readonly TaskNews[]
}

export interface NewTask {
  readonly name: string
  readonly type: string
  readonly selectors: readonly string[]
  readonly input: unknown
  /** The way back's tasks are taken first. */
  readonly urgent: boolean
}

/** What an owner writes at once, or not at all. */
export interface Batch {
  readonly entries: readonly Entry[]
  /** The rows of the tasks that `entries` schedules. */
  readonly tasks?: readonly NewTask[]
  /** Inbox rows that `entries` hold. */
  readonly read?: readonly number[]
  /** Open tasks whose name begins with one of these are cancelled. */
  readonly cancel?: readonly string[]
  /** Refuse the batch where there are news: what it decides would overlook them (a deadline, the end). */
  readonly unlessNews?: boolean
  /** The execution's end: it gives up its holds to those that wait their turn for them, and open tasks are cancelled. */
  readonly finish?: FinalStatus
}

export type Appended =
  | { readonly is: 'appended'; readonly events: readonly JournalEvent[] }
  | { readonly is: 'news' }
  /** Somebody else owns the execution, or nobody does: stop. Nothing was written. */
  | { readonly is: 'lost' }

/** A task in the queue or at a delegate, as lists show it. */
export interface TaskRow {
  readonly execution: string
  readonly name: string
  readonly type: string
  readonly selectors: readonly string[]
  readonly status: 'queued' | 'leased' | 'done' | 'closed'
  readonly attempt: number
  readonly agent: string | undefined
  readonly progress: Progress | undefined
}

export interface LeaseRequest {
  /** The delegate's name, for people. */
  readonly agent: string
  /** What the delegate offers; `every` satisfies all (embedded). */
  readonly selectors: readonly string[] | 'every'
  readonly types: readonly string[]
  /** Milliseconds until the task may be given to another delegate unless a heartbeat comes; `process`: as long as this store is open. */
  readonly lease: number | 'process'
}

export interface LeasedRow {
  readonly execution: string
  readonly name: string
  readonly attempt: number
  readonly type: string
  readonly input: unknown
  readonly urgent: boolean
}

export type Leased =
  | { readonly is: 'leased'; readonly task: LeasedRow }
  /** Nothing to do; `next`: the store's time at which somebody's lease ends. */
  | { readonly is: 'none'; readonly now: number; readonly next: number | undefined }

/** One attempt at a task: what a delegate proves its right with. */
export interface Attempt {
  readonly execution: string
  readonly name: string
  readonly attempt: number
}

/**
 * Something changed: a hint, never a fact (invariant 7). `news`: its owner should look, or somebody claim it; `journal`: there are events;
 * `progress`: its tasks tell something; `cancelled`: some of its attempts should stop; `queue`: a task may be taken.
 */
export type Hint = { readonly is: 'news' | 'journal' | 'progress' | 'cancelled'; readonly execution: string } | { readonly is: 'queue' }

/** The statements of the journal. Each is one transaction; what it answers is durable. Every failure is a Failure of the world. */
export interface JournalStore {
  /** Writes the row and the forward lane's `started` (and the wait for its turn, where it supersedes), or nothing on conflict. */
  start(execution: NewExecution): Promise<Started>
  /** Takes the execution that is due longest (`epoch` + 1), of these programs, that nobody holds. */
  claim(request: { readonly programs: readonly string[]; readonly lease: number }): Promise<Claimed>
  renew(claim: Claim, lease: number): Promise<'renewed' | 'lost'>
  /** The row, and the events with a higher seq than `after` (0: all). */
  load(execution: string, after?: number): Promise<{ readonly row: ExecutionRow; readonly events: readonly JournalEvent[] } | undefined>
  news(execution: string): Promise<News>
  append(claim: Claim, batch: Batch): Promise<Appended>
  /** Gives the execution up until `wakeAt` (the store's time) or until news come: where they are there already, it is due at once. */
  park(claim: Claim, wakeAt: number | undefined): Promise<'parked' | 'lost'>
  deliver(execution: string, message: Message): Promise<Delivered>
  /** Newest first. */
  list(filter?: { readonly unfinished?: boolean; readonly limit?: number }): Promise<readonly ExecutionRow[]>
}

/** The statements of the task queue. */
export interface TaskStore {
  /** Takes a queued task or one whose lease is over (`attempt` + 1), the urgent and then the oldest first. */
  lease(request: LeaseRequest): Promise<Leased>
  /** `cancelled`: this attempt does not count any more, stop. */
  heartbeat(attempt: Attempt, lease: number | 'process', progress: Progress | undefined): Promise<'goOn' | 'cancelled'>
  complete(attempt: Attempt, result: TaskResult): Promise<'accepted' | 'cancelled'>
  /** Tasks of an execution that are queued or leased. */
  openTasks(execution: string): Promise<readonly TaskRow[]>
}

/** Texts kept by their hash (SHA-256, hex): pinned definitions, rendered manifests. */
export interface ContentStore {
  put(text: string): Promise<string>
  get(hash: string): Promise<string | undefined>
}

/** What the engine needs of a database. `store.contract.ts` says the same in tests. */
export interface EngineStore {
  readonly journal: JournalStore
  readonly tasks: TaskStore
  readonly content: ContentStore
  /** Tells of changes made through this store object (and, where the database can, by others). Returns the function that ends it. */
  subscribe(listener: (hint: Hint) => void): () => void
  /** Whether hints tell of every change (one process): then nobody needs to look without one. */
  readonly hintsAreComplete: boolean
}
