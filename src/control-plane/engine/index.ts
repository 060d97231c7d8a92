// The durable engine: programs of named calls, in three lanes, answered from an append-only journal.
export { openEngine, type Change, type Engine, type EngineOptions } from './engine.ts'
export { ranOutUnattended } from './failures.ts'
export {
  endingKinds,
  isEnding,
  type Cause,
  type Entry,
  type EventKind,
  type JournalEvent,
  type LaneName,
  type Pause,
  type Said,
} from './journal.ts'
export type { Answer, BackRun, ForwardRun, PastCall, Program, Run, TaskOptions, WaitOptions, WatchRun } from './run.ts'
export { finalStatuses } from './store.ts'
export type {
  Appended,
  Attempt,
  Batch,
  Claim,
  Claimed,
  ContentStore,
  Delivered,
  EngineStore,
  ExecutionRow,
  FinalStatus,
  Hint,
  InboxRow,
  JournalStore,
  Leased,
  LeasedRow,
  LeaseRequest,
  Message,
  NewExecution,
  NewTask,
  News,
  Started,
  Status,
  Supersede,
  TaskNews,
  TaskRow,
  TaskStore,
} from './store.ts'
export { supersededBy, turnEntry, turnHasCome, turnName } from './turn.ts'
export { viewOf, type ExecutionView } from './view.ts'
