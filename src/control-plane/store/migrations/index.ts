// The schema, one numbered file per change. A file never changes once released (its checksum is kept in every database).
import type { Migration } from '../sql/migrate.ts'
import journal from './0001-journal.sql'

/** In the order in which they are applied. */
export const migrations: readonly Migration[] = [{ name: '0001-journal', sql: journal }]
