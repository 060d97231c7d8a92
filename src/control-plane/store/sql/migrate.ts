import { store as failures } from '../failures.ts'
import { hashOf } from './content.ts'
import type { Database } from './db.ts'

/** A numbered change of the schema. Once released, neither name nor text ever change. */
export interface Migration {
  readonly name: string
  readonly sql: string
}

// Any number that nothing else takes for a transaction-level advisory lock of this database: two replicas migrate one after the other.
const migrating = 5_107_404_229

/** Brings a database to the newest schema, or refuses one that is newer or was changed. `what` names it in failures. */
export async function migrate(db: Database, migrations: readonly Migration[], what: string): Promise<void> {
  await db.script(
    `create table if not exists migration (name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
  )
  await db.transaction(async query => {
    await query(`select pg_advisory_xact_lock($1)`, [migrating])
    const applied = new Map(
      (await query(`select name, checksum from migration`)).map(row => [row['name'] as string, row['checksum'] as string]),
    )
    const unknown = [...applied.keys()].find(name => !migrations.some(migration => migration.name === name))
    if (unknown) throw failures.NEWER({ what, migration: unknown })
    for (const { name, sql } of migrations) {
      const checksum = hashOf(sql)
      const was = applied.get(name)
      if (was !== undefined && was !== checksum) throw failures.MIGRATION_CHANGED({ what, migration: name })
      if (was !== undefined) continue
      for (const statement of statementsOf(sql)) await query(statement)
      await query(`insert into migration (name, checksum) values ($1, $2)`, [name, checksum])
    }
  })
}

/** A file's statements: they end with a semicolon at the end of a line, outside of `$$ … $$`. Comments outside of them are left out. */
export function statementsOf(sql: string): string[] {
  const statements: string[] = []
  let open = ''
  for (const line of sql.split('\n')) {
    const inBody = open.split('$$').length % 2 === 0
    if (!inBody && (line.trim() === '' || line.trim().startsWith('--'))) continue
    open += `${line}\n`
    if (open.split('$$').length % 2 === 0 || !line.trimEnd().endsWith(';')) continue
    statements.push(open)
    open = ''
  }
  return open.trim() === '' ? statements : [...statements, open]
}
