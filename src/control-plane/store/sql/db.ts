import type { Hint } from '#control-plane/engine/index.ts'

/** One row as the driver gives it: bigints that fit are numbers, json is parsed. */
export type Row = Readonly<Record<string, unknown>>

/** Runs one statement with its parameters; arrays of texts are arrays, JSON is text. */
export type Query = (sql: string, params?: readonly unknown[]) => Promise<readonly Row[]>

/** Tells of a change. Inside a transaction: once it is committed. */
export type Tell = (...hints: readonly Hint[]) => void

/** What the SQL stores need of a driver. Each call is one transaction, durable when it resolves, at read committed. */
export interface Database {
  readonly tell: Tell
  /** Rolls back, and tells nothing, when `work` throws. */
  transaction<T>(work: (query: Query, tell: Tell) => Promise<T>): Promise<T>
  /** One statement that only reads, or one that is a whole transaction. */
  readonly query: Query
  /** Several statements without parameters. */
  script(sql: string): Promise<void>
}

/** JSON for a parameter that is cast to json; undefined becomes null. */
export function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}
