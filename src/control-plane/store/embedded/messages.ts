import type { FailureRecord } from '#base/index.ts'
import type { EngineStore, Hint } from '#control-plane/engine/index.ts'

/** What the database thread is started with. */
export interface WorkerData {
  /** The database's own folder; it is there, with an empty or a used database in it, or not there yet. */
  readonly folder: string
  /** Folder where the finished first database is kept for other data folders; undefined: nowhere. */
  readonly templates: string | undefined
  /** Bytes that must be free before anything is written. */
  readonly reserve: number
  /** What texts are sealed with. */
  readonly key: Uint8Array
}

type Part = 'journal' | 'tasks' | 'content'

/** A call of a store's statement, as `part.method`; `now` overrides the store's time (tests). */
export interface Call {
  readonly id: number
  readonly part: Part | 'thread'
  readonly method: string
  readonly args: readonly unknown[]
  readonly now?: number
}

/** What the thread says: it is open, it has answered a call, something has changed. */
export type Reply =
  | { readonly is: 'open' }
  | { readonly is: 'answer'; readonly id: number; readonly output: unknown }
  | { readonly is: 'failure'; readonly id: number | undefined; readonly failure: FailureRecord }
  | { readonly is: 'hints'; readonly hints: readonly Hint[] }

/** The statements of each part: what both sides of the thread's border list. */
export const statements = {
  journal: ['start', 'claim', 'renew', 'load', 'news', 'append', 'park', 'deliver', 'list'],
  tasks: ['lease', 'heartbeat', 'complete', 'openTasks'],
  content: ['put', 'get'],
} as const satisfies { readonly [P in Part]: readonly (keyof EngineStore[P])[] }
