import type { ExecutionRow } from '#control-plane/engine/index.ts'
import type { Row } from './db.ts'

/** The columns of {@link rowOf}. */
export const columns = 'id, program, input, subject, started_by, holds, status, started_at, ended_at, seq'

/** An execution as lists show it. */
export function rowOf(row: Row): ExecutionRow {
  return {
    id: row['id'] as string,
    program: row['program'] as string,
    input: row['input'],
    subject: row['subject'] ?? undefined,
    by: (row['started_by'] as string | null) ?? undefined,
    holds: row['holds'] as string[],
    status: row['status'] as ExecutionRow['status'],
    startedAt: row['started_at'] as number,
    endedAt: (row['ended_at'] as number | null) ?? undefined,
    seq: row['seq'] as number,
  }
}
