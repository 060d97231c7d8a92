import { turnHasCome, type ExecutionRow, type NewExecution, type Started } from '#control-plane/engine/index.ts'
import type { Query, Tell } from './db.ts'
import { send } from './inbox.ts'
import { RollBack } from './roll-back.ts'
import { columns, rowOf } from './rows.ts'

// Rows of executions are locked in the order in which they were started: two statements cannot wait for each other.

/** Takes what is free of an execution's holds; gives who is in front of it, locked, where it may supersede them. Else that is a refusal. */
export async function takeHolds(query: Query, { id, holds = [], supersede }: NewExecution): Promise<readonly string[]> {
  const behind = supersede ? await inFrontOf(query, id, holds) : []
  for (const name of [...holds].sort()) {
    const holder = await takeHold(query, id, name)
    if (holder && !supersede) throw new RollBack<Started>({ is: 'held', name, by: holder })
    if (holder && !behind.includes(holder.id)) behind.push(holder.id)
  }
  return behind
}

async function inFrontOf(query: Query, id: string, holds: readonly string[]): Promise<string[]> {
  const rows = await query(
    `select id from execution where ended_at is null and id <> $1 and holds && $2::text[] order by started_at, id for update`,
    [id, holds],
  )
  return rows.map(row => row['id'] as string)
}

/** Takes a name, or gives the one who has it. */
async function takeHold(query: Query, id: string, name: string): Promise<ExecutionRow | undefined> {
  for (;;) {
    const taken = await query(`insert into hold (name, execution) values ($1, $2) on conflict (name) do nothing returning name`, [name, id])
    if (taken.length > 0) return undefined
    const [row] = await query(`select ${columns} from execution where id = (select execution from hold where name = $1) for update`, [name])
    const holder = row && rowOf(row)
    // Otherwise it has ended since: the name is free.
    if (holder && holder.endedAt === undefined) return holder
  }
}

/** The holds of one that has ended go to those that wait their turn for them, the oldest first. */
export async function passOn(query: Query, tell: Tell, ended: string): Promise<void> {
  await query(`delete from hold where execution = $1`, [ended])
  const waiting = await query(
    `select id, holds from execution where ended_at is null and id <> $1 and holds && (select holds from execution where id = $1)
     order by started_at, id for update`,
    [ended],
  )
  for (const { id, holds } of waiting as unknown as readonly { readonly id: string; readonly holds: readonly string[] }[]) {
    await query(`insert into hold (name, execution) select unnest($2::text[]), $1 on conflict (name) do nothing`, [id, holds])
    const [missing] = await query(`select unnest($2::text[]) except select name from hold where execution = $1`, [id, holds])
    if (!missing) await send(query, tell, id, turnHasCome)
  }
}
