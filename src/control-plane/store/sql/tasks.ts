import type { Attempt, Leased, LeasedRow, LeaseRequest, TaskRow, TaskStore } from '#control-plane/engine/index.ts'
import type { Progress, TaskResult } from '#protocol/index.ts'
import { json, type Database, type Row } from './db.ts'
import { wake } from './inbox.ts'

/** The queue's statements in SQL. Numbers in brackets: the engine's invariants. */
export function sqlTasks(db: Database): TaskStore {
  return {
    lease: request => lease(db, request),
    heartbeat: (attempt, duration, progress) => heartbeat(db, attempt, { duration, progress }),
    complete: (attempt, result) => complete(db, attempt, result),
    openTasks: async execution => {
      const rows = await db.query(
        `select execution, name, type, selectors, status, attempt, agent, progress from task
         where execution = $1 and status in ('queued', 'leased') order by id`,
        [execution],
      )
      return rows.map(taskRowOf)
    },
  }
}

function taskRowOf(row: Row): TaskRow {
  return {
    ...(row as unknown as TaskRow),
    agent: (row['agent'] as string | null) ?? undefined,
    progress: (row['progress'] as Progress | null) ?? undefined,
  }
}

async function lease(db: Database, { agent, selectors, types, lease: duration }: LeaseRequest): Promise<Leased> {
  const fits = `status in ('queued', 'leased') and type = any($1::text[]) and ($2 or selectors <@ $3::text[])`
  const who = [types, selectors === 'every', selectors === 'every' ? [] : selectors]
  // [2] [8]
  const [leased] = await db.query(
    `update task set status = 'leased', attempt = attempt + 1, agent = $4, lease_until = sluice_now() + $5::bigint
     where id = (
       select id from task where ${fits} and (status = 'queued' or lease_until <= (select sluice_now()))
       order by urgent desc, id limit 1 for update skip locked
     )
     returning execution, name, attempt, type, input, urgent`,
    [...who, agent, duration === 'process' ? null : duration],
  )
  if (leased) {
    db.tell({ is: 'progress', execution: leased['execution'] as string })
    return { is: 'leased', task: leased as unknown as LeasedRow }
  }
  const [none] = await db.query(
    `select sluice_now() now, (select min(lease_until) from task where status = 'leased' and ${fits}) next`,
    who,
  )
  return { is: 'none', now: none?.['now'] as number, next: (none?.['next'] as number | null) ?? undefined }
}

const isCurrent = `execution = $1 and name = $2 and attempt = $3 and status = 'leased'`

interface Beat {
  readonly duration: number | 'process'
  readonly progress: Progress | undefined
}

async function heartbeat(db: Database, { execution, name, attempt }: Attempt, { duration, progress }: Beat): Promise<'goOn' | 'cancelled'> {
  const who = [execution, name, attempt]
  if (duration === 'process' && !progress) {
    const rows = await db.query(`select 1 from task where ${isCurrent}`, who)
    return rows.length > 0 ? 'goOn' : 'cancelled'
  }
  const rows = await db.query(
    `update task set lease_until = sluice_now() + $4::bigint, progress = coalesce($5::json, progress) where ${isCurrent} returning id`,
    [...who, duration === 'process' ? null : duration, json(progress)],
  )
  if (rows.length > 0 && progress) db.tell({ is: 'progress', execution })
  return rows.length > 0 ? 'goOn' : 'cancelled'
}

async function complete(db: Database, { execution, name, attempt }: Attempt, result: TaskResult): Promise<'accepted' | 'cancelled'> {
  return await db.transaction(async (query, tell) => {
    // [6]
    await query(`select from execution where id = $1 for update`, [execution])
    const done = await query(`update task set status = 'done', result = $4::json where ${isCurrent} returning id`, [
      execution,
      name,
      attempt,
      json(result),
    ])
    if (done.length === 0) return 'cancelled'
    await wake(query, execution)
    tell({ is: 'news', execution })
    return 'accepted'
  })
}
