import type { Database, Query, Tell } from './db.ts'

/** Carries an answer out of a transaction that must not be kept. */
export class RollBack<T> {
  readonly answer: T
  constructor(answer: T) {
    this.answer = answer
  }
}

/** A transaction that may be called off with an answer. */
export async function transaction<T>(db: Database, work: (query: Query, tell: Tell) => Promise<T>): Promise<T> {
  try {
    return await db.transaction(work)
  } catch (error) {
    if (error instanceof RollBack) return error.answer as T
    throw error
  }
}
