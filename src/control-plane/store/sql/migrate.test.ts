import { beforeEach, expect, it } from 'vitest'
import type { Database } from './db.ts'
import { migrate, statementsOf, type Migration } from './migrate.ts'

/** A database that keeps only its table of migrations, and what else it was told to do. */
function pretended(): Database & { readonly done: string[] } {
  const applied: { name: string; checksum: string }[] = []
  const done: string[] = []
  const query: Database['query'] = async (sql, params = []) => {
    if (sql.startsWith('select name')) return applied
    if (sql.startsWith('insert into migration')) applied.push({ name: String(params[0]), checksum: String(params[1]) })
    else if (!sql.startsWith('select pg_advisory')) done.push(sql.trim())
    return []
  }
  return { done, query, tell: () => {}, script: async () => {}, transaction: work => work(query, () => {}) }
}

const first: Migration = { name: '0001-a', sql: 'create table a ();\ncreate table b ();\n' }
const second: Migration = { name: '0002-c', sql: 'alter table a add c text;' }

let db: ReturnType<typeof pretended>
beforeEach(() => {
  db = pretended()
})

it('applies each migration once, in order', async () => {
  await migrate(db, [first], 'd')
  await migrate(db, [first, second], 'd')
  await migrate(db, [first, second], 'd')
  expect(db.done).toEqual(['create table a ();', 'create table b ();', 'alter table a add c text;'])
})

it('refuses a database of a newer version', async () => {
  await migrate(db, [first, second], 'd')
  await expect(migrate(db, [first], '/data')).rejects.toThrow(
    'Database /data: it was written by a newer version of Sluice (it has 0002-c).',
  )
})

it('refuses a migration that was changed', async () => {
  await migrate(db, [first], 'd')
  await expect(migrate(db, [{ ...first, sql: 'create table x ();' }], 'd')).rejects.toThrow(
    'migration 0001-a is not the one that was applied',
  )
})

it('splits a file into its statements, bodies of functions kept whole', () => {
  const sql = `-- a comment; with a semicolon\ncreate table a (\n  -- inside;\n  b text\n);\n\ncreate function f() returns int language sql as $$\n  select 1;\n$$;\nselect 2`
  expect(statementsOf(sql).map(statement => statement.trim())).toEqual([
    'create table a (\n  b text\n);',
    'create function f() returns int language sql as $$\n  select 1;\n$$;',
    'select 2',
  ])
})
