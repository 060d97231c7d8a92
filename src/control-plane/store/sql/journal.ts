import {
  supersededBy,
  turnEntry,
  type Appended,
  type Batch,
  type Claim,
  type Claimed,
  type Entry,
  type ExecutionRow,
  type FinalStatus,
  type InboxRow,
  type JournalEvent,
  type JournalStore,
  type News,
  type NewExecution,
  type NewTask,
  type Started,
} from '#control-plane/engine/index.ts'
import { store as failures } from '../failures.ts'
import { json, type Database, type Query, type Tell } from './db.ts'
import { passOn, takeHolds } from './holds.ts'
import { deliver, send } from './inbox.ts'
import { RollBack, transaction } from './roll-back.ts'
import { columns, rowOf } from './rows.ts'

/** The journal's statements in SQL, for PostgreSQL 14 and later. Numbers in brackets: the engine's invariants. */
export function sqlJournal(db: Database): JournalStore {
  return {
    start: execution => start(db, execution),
    claim: request => claim(db, request),
    renew: async (held, lease) => {
      const rows = await db.query(`update execution set due_at = sluice_now() + $3 where id = $1 and epoch = $2 and owned returning id`, [
        held.execution,
        held.epoch,
        lease,
      ])
      return rows.length > 0 ? 'renewed' : 'lost'
    },
    load: (id, after = 0) => load(db, id, after),
    news: id => news(db.query, id),
    append: (held, batch) => append(db, held, batch),
    park: (held, wakeAt) => park(db, held, wakeAt),
    deliver: (id, message) => deliver(db, id, message),
    list: async filter => {
      const rows = await db.query(
        `select ${columns} from execution where not $1 or ended_at is null order by started_at desc, id limit $2`,
        [filter?.unfinished ?? false, filter?.limit ?? null],
      )
      return rows.map(rowOf)
    },
  }
}

async function start(db: Database, execution: NewExecution): Promise<Started> {
  const { id, program, input, subject, by, holds = [], supersede } = execution
  return await transaction<Started>(db, async (query, tell) => {
    const [made] = await query(
      `insert into execution (id, program, input, subject, started_by, holds, status, started_at, seq, due_at)
       select $1, $2, $3::json, $4::json, $5, $6::text[], 'waiting', now, 1, now from sluice_now() now
       on conflict do nothing returning started_at`,
      [id, program, json(input), json(subject), by ?? null, holds],
    )
    if (!made) return { is: 'exists' }
    const at = made['started_at'] as number
    const behind = await takeHolds(query, execution)
    const unowned = { execution: id, epoch: 0 }
    const first: Entry = { name: 'forward', kind: 'started', payload: {} }
    await insertEvents(query, unowned, [{ ...first, seq: 1, at }])
    if (supersede && behind.length > 0) {
      await insertEvents(query, unowned, [{ ...turnEntry(supersede, behind), seq: 2, at }])
      await query(`update execution set seq = 2 where id = $1`, [id])
      for (const other of behind) await send(query, tell, other, supersededBy(id, supersede))
    }
    tell({ is: 'news', execution: id })
    return { is: 'started', ...(behind.length > 0 ? { behind } : {}) }
  })
}

async function claim(
  db: Database,
  { programs, lease }: { readonly programs: readonly string[]; readonly lease: number },
): Promise<Claimed> {
  // [2] [8] SKIP LOCKED: replicas that claim at the same moment get different executions.
  const [claimed] = await db.query(
    `update execution set epoch = epoch + 1, owned = true, status = 'running', due_at = sluice_now() + $2
     where id = (
       select id from execution where ended_at is null and due_at <= (select sluice_now()) and program = any($1::text[])
       order by due_at limit 1 for update skip locked
     )
     returning id, epoch, sluice_now() now`,
    [programs, lease],
  )
  if (claimed) {
    const { id, epoch, now } = claimed
    return { is: 'claimed', claim: { execution: id as string, epoch: epoch as number }, now: now as number }
  }
  const [none] = await db.query(
    `select sluice_now() now, (select min(due_at) from execution where ended_at is null and program = any($1::text[])) next`,
    [programs],
  )
  return { is: 'none', now: none?.['now'] as number, next: (none?.['next'] as number | null) ?? undefined }
}

async function load(db: Database, id: string, after: number): Promise<{ row: ExecutionRow; events: JournalEvent[] } | undefined> {
  const [row] = await db.query(`select ${columns} from execution where id = $1`, [id])
  if (!row) return undefined
  const events = await db.query(
    `select seq, name, kind, payload, at from event where execution = $1 and seq > $2 and seq <= $3 order by seq`,
    [id, after, row['seq']],
  )
  return { row: rowOf(row), events: events as unknown as JournalEvent[] }
}

async function news(query: Query, id: string): Promise<News> {
  const inbox = await query(`select id, message from inbox where execution = $1 order by id`, [id])
  const tasks = await query(`select name, result from task where execution = $1 and status = 'done' order by id`, [id])
  return { inbox: inbox as unknown as InboxRow[], tasks: tasks as unknown as News['tasks'] }
}

const newsStands = `exists (select from inbox where execution = $1) or exists (select from task where execution = $1 and status = 'done')`

async function append(db: Database, claim: Claim, batch: Batch): Promise<Appended> {
  const id = claim.execution
  return await transaction<Appended>(db, async (query, tell) => {
    // [1] [6] The row is locked first: what follows sees everything that was committed before.
    const [mine] = await query(
      `update execution set seq = seq + $3 where id = $1 and epoch = $2 and owned returning seq - $3 seq, sluice_now() now`,
      [id, claim.epoch, batch.entries.length],
    )
    if (!mine) return { is: 'lost' }
    if (batch.unlessNews && (await query(`select 1 where ${newsStands}`, [id])).length > 0) throw new RollBack<Appended>({ is: 'news' })
    const [seq, at] = [mine['seq'] as number, mine['now'] as number]
    const events = batch.entries.map((entry, i) => ({ ...entry, seq: seq + i + 1, at }))
    await insertEvents(query, claim, events)
    await insertTasks(query, id, batch.tasks ?? [])
    if (batch.read?.length) await query(`delete from inbox where execution = $1 and id = any($2::bigint[])`, [id, batch.read])
    const closed = await closeTasks(query, id, batch)
    if (batch.finish) await finish(query, tell, id, batch.finish)
    if (batch.tasks?.length) tell({ is: 'queue' })
    tell({ is: 'journal', execution: id })
    if (closed > 0) tell({ is: 'cancelled', execution: id })
    // As they will be read back: only what JSON can hold.
    return { is: 'appended', events: JSON.parse(JSON.stringify(events)) as JournalEvent[] }
  })
}

async function insertEvents(query: Query, claim: Claim, events: readonly JournalEvent[]): Promise<void> {
  // [3] The unique indexes hold it; that they refuse is a bug of the engine.
  // JSON goes in as text and is only cast: functions that look into it refuse NUL characters.
  const written = await query(
    `insert into event (execution, seq, name, kind, payload, epoch, at)
     select $1, seq, name, kind, payload::json, $2, $7::bigint
     from unnest($3::integer[], $4::text[], $5::text[], $6::text[]) as events(seq, name, kind, payload)
     on conflict do nothing returning seq`,
    [
      claim.execution,
      claim.epoch,
      events.map(event => event.seq),
      events.map(event => event.name),
      events.map(event => event.kind),
      events.map(event => JSON.stringify(event.payload)),
      events[0]?.at,
    ],
  )
  const missing = events.find(event => !written.some(row => row['seq'] === event.seq))
  if (missing) throw failures.RESULT_TAKEN({ execution: claim.execution, name: missing.name, kind: missing.kind })
}

/** [4] */
async function insertTasks(query: Query, id: string, tasks: readonly NewTask[]): Promise<void> {
  for (const { name, type, selectors, input, urgent } of tasks)
    await query(
      `insert into task (execution, name, type, selectors, input, urgent, status) values ($1, $2, $3, $4::text[], $5::json, $6, 'queued')`,
      [id, name, type, selectors, json(input), urgent],
    )
}

async function closeTasks(query: Query, id: string, { entries, cancel = [], finish: ends }: Batch): Promise<number> {
  const ended = entries.filter(({ kind }) => kind === 'succeeded' || kind === 'failed').map(({ name }) => name)
  if (ended.length === 0 && cancel.length === 0 && !ends) return 0
  const closed = await query(
    `update task set status = 'closed' where execution = $1 and status <> 'closed'
     and ($2 or name = any($3::text[]) or exists (select from unnest($4::text[]) prefix where starts_with(name, prefix))) returning id`,
    [id, ends !== undefined, ended, cancel],
  )
  return closed.length
}

async function finish(query: Query, tell: Tell, id: string, status: FinalStatus): Promise<void> {
  await query(`update execution set status = $2, ended_at = sluice_now(), owned = false, due_at = null where id = $1`, [id, status])
  await passOn(query, tell, id)
}

async function park(db: Database, claim: Claim, wakeAt: number | undefined): Promise<'parked' | 'lost'> {
  const id = claim.execution
  return await db.transaction(async (query, tell) => {
    const [mine] = await query(
      `update execution set owned = false, status = 'waiting', due_at = $3 where id = $1 and epoch = $2 and owned returning id`,
      [id, claim.epoch, wakeAt === undefined ? null : Math.ceil(wakeAt)],
    )
    if (!mine) return 'lost'
    // [5] Read again under the lock.
    await query(`update execution set due_at = sluice_now() where id = $1 and (${newsStands})`, [id])
    tell({ is: 'news', execution: id })
    return 'parked'
  })
}
