import type { PGlite } from '@electric-sql/pglite'
import type { Hint } from '#control-plane/engine/index.ts'
import type { Database, Query, Row } from '../sql/db.ts'

interface Runs {
  query(sql: string, params?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>
}

/** PGlite as the SQL stores see it. `announce` is told of changes once they are committed. */
export function databaseOn(pg: PGlite, announce: (hints: readonly Hint[]) => void): Database {
  const queryOn =
    (runs: Runs): Query =>
    async (sql, params = []) =>
      (await runs.query(sql, [...params])).rows as Row[]
  return {
    tell: (...hints) => announce(hints),
    query: queryOn(pg),
    script: async sql => void (await pg.exec(sql)),
    transaction: async work => {
      const hints: Hint[] = []
      const output = await pg.transaction(async transaction => await work(queryOn(transaction), (...more) => void hints.push(...more)))
      if (hints.length > 0) announce(hints)
      return output
    },
  }
}
