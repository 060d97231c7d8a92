import {
  finalStatuses,
  isEnding,
  supersededBy,
  turnEntry,
  turnHasCome,
  type Appended,
  type Batch,
  type Claim,
  type Claimed,
  type Delivered,
  type Entry,
  type ExecutionRow,
  type JournalStore,
  type Message,
  type NewExecution,
  type Started,
} from '#control-plane/engine/index.ts'
import { store as failures } from '../failures.ts'
import { copy, hasNews, kept, tasksOf, tell, type Execution, type Rows } from './rows.ts'

const isOver = (row: ExecutionRow): boolean => (finalStatuses as readonly string[]).includes(row.status)

/** The journal's statements on maps. */
export function memoryJournal(rows: Rows): JournalStore {
  return {
    start: async execution => start(rows, kept(execution)),
    claim: async request => claim(rows, request),
    renew: async (held, lease) => {
      const execution = owned(rows, held)
      if (execution) execution.leaseUntil = rows.clock.now() + lease
      return execution ? 'renewed' : 'lost'
    },
    load: async (id, after = 0) => {
      const execution = rows.executions.get(id)
      return execution && { row: { ...execution.row }, events: execution.events.slice(after) }
    },
    news: async id => copy(news(rows, id)),
    append: async (held, batch) => append(rows, held, kept(batch)),
    park: async (held, wakeAt) => park(rows, held, wakeAt),
    deliver: async (id, message) => deliver(rows, id, kept(message)),
    list: async filter => {
      const all = [...rows.executions.values()].map(execution => execution.row).reverse()
      return copy(all.filter(row => !filter?.unfinished || !isOver(row)).slice(0, filter?.limit ?? Infinity))
    },
  }
}

/** Invariant 1: no row with this epoch means stop. */
function owned(rows: Rows, claim: Claim): Execution | undefined {
  const execution = rows.executions.get(claim.execution)
  return execution?.owned && execution.epoch === claim.epoch ? execution : undefined
}

function start(rows: Rows, given: NewExecution): Started {
  if (rows.executions.has(given.id)) return { is: 'exists' }
  const { id, program, input, subject, by, holds = [], supersede } = given
  const inFront = [...rows.executions.values()].filter(({ row }) => !isOver(row) && row.holds.some(held => holds.includes(held)))
  const [first] = inFront
  if (first && !supersede) return { is: 'held', name: first.row.holds.find(held => holds.includes(held)) ?? '', by: copy(first.row) }
  const at = rows.clock.now()
  const behind = inFront.map(({ row }) => row.id)
  rows.executions.set(id, {
    row: { id, program, input, subject, by, holds, status: 'waiting', startedAt: at, endedAt: undefined, seq: 1 },
    epoch: 0,
    owned: false,
    leaseUntil: 0,
    wakeAt: at,
    events: [{ seq: 1, at, name: 'forward', kind: 'started', payload: {} }],
    inbox: [],
    lastInboxId: 0,
  })
  for (const name of holds) if (!rows.holds.has(name)) rows.holds.set(name, id)
  if (first && supersede) {
    const execution = rows.executions.get(id) as Execution
    execution.events.push({ ...turnEntry(supersede, behind), seq: 2, at })
    execution.row = { ...execution.row, seq: 2 }
    for (const other of behind) deliver(rows, other, supersededBy(id, supersede))
  }
  tell(rows, { is: 'news', execution: id })
  return { is: 'started', ...(first ? { behind } : {}) }
}

/** The holds of one that has ended go to those that wait their turn for them, the oldest first. */
function passOn(rows: Rows, ended: string): void {
  for (const [name, holder] of rows.holds) if (holder === ended) rows.holds.delete(name)
  for (const { row } of rows.executions.values()) {
    if (isOver(row)) continue
    for (const name of row.holds) if (!rows.holds.has(name)) rows.holds.set(name, row.id)
    if (row.holds.every(name => rows.holds.get(name) === row.id)) deliver(rows, row.id, turnHasCome)
  }
}

function claim(rows: Rows, request: { readonly programs: readonly string[]; readonly lease: number }): Claimed {
  const now = rows.clock.now()
  const due = (execution: Execution): number => (execution.owned ? execution.leaseUntil : execution.wakeAt)
  const candidates = [...rows.executions.values()].filter(({ row }) => !isOver(row) && request.programs.includes(row.program))
  const [first] = candidates.sort((a, b) => due(a) - due(b))
  if (!first || due(first) > now) return { is: 'none', now, next: first && due(first) < Infinity ? due(first) : undefined }
  first.epoch += 1
  first.owned = true
  first.leaseUntil = now + request.lease
  first.row = { ...first.row, status: 'running' }
  return { is: 'claimed', claim: { execution: first.row.id, epoch: first.epoch }, now }
}

function news(rows: Rows, id: string) {
  const done = tasksOf(rows, id).flatMap(({ name, status, result }) => (status === 'done' && result ? [{ name, result }] : []))
  return { inbox: rows.executions.get(id)?.inbox ?? [], tasks: done }
}

function append(rows: Rows, held: Claim, batch: Batch): Appended {
  const execution = owned(rows, held)
  if (!execution) return { is: 'lost' }
  if (batch.unlessNews && hasNews(rows, execution)) return { is: 'news' }
  const at = rows.clock.now()
  for (const entry of batch.entries) checkFirst(execution, entry)
  const events = batch.entries.map((entry, i) => Object.freeze({ ...entry, seq: execution.row.seq + i + 1, at }))
  execution.events.push(...events)
  execution.row = { ...execution.row, seq: execution.row.seq + events.length }
  execution.inbox = execution.inbox.filter(({ id }) => !batch.read?.includes(id))
  const id = execution.row.id
  for (const [order, task] of (batch.tasks ?? []).entries()) {
    const more = { execution: id, order: rows.tasks.size + order, status: 'queued', attempt: 0, leaseUntil: 0, process: false } as const
    rows.tasks.set(`${id}/${task.name}`, { ...task, ...more, agent: undefined, progress: undefined, result: undefined })
  }
  const closes = (name: string): boolean =>
    batch.finish !== undefined ||
    batch.cancel?.some(prefix => name.startsWith(prefix)) ||
    events.some(event => event.name === name && isEnding(event.kind))
  const closed = tasksOf(rows, id).filter(task => task.status !== 'closed' && closes(task.name))
  for (const task of closed) task.status = 'closed'
  if (batch.finish) {
    execution.row = { ...execution.row, status: batch.finish, endedAt: at }
    execution.owned = false
    passOn(rows, id)
  }
  if (batch.tasks?.length) tell(rows, { is: 'queue' })
  tell(rows, { is: 'journal', execution: id }, ...(closed.length > 0 ? [{ is: 'cancelled', execution: id } as const] : []))
  return { is: 'appended', events }
}

/** Invariant 3. */
function checkFirst(execution: Execution, { name, kind }: Entry): void {
  const clash = execution.events.some(event => event.name === name && (event.kind === kind || (isEnding(event.kind) && isEnding(kind))))
  if (clash) throw failures.RESULT_TAKEN({ execution: execution.row.id, name, kind })
}

function park(rows: Rows, held: Claim, wakeAt: number | undefined): 'parked' | 'lost' {
  const execution = owned(rows, held)
  if (!execution) return 'lost'
  execution.owned = false
  execution.wakeAt = hasNews(rows, execution) ? rows.clock.now() : (wakeAt ?? Infinity)
  execution.row = { ...execution.row, status: 'waiting' }
  tell(rows, { is: 'news', execution: execution.row.id })
  return 'parked'
}

function deliver(rows: Rows, id: string, message: Message): Delivered {
  const execution = rows.executions.get(id)
  if (!execution) return 'unknown'
  if (isOver(execution.row)) return 'ended'
  if (message.is === 'answer') {
    const sent = execution.inbox.some(({ message: earlier }) => earlier.is === 'answer' && earlier.name === message.name)
    const events = execution.events.filter(event => event.name === message.name)
    if (sent || events.some(event => isEnding(event.kind))) return 'answered'
    if (!events.some(event => event.kind === 'waiting')) return 'notWaiting'
  }
  execution.inbox = [...execution.inbox, { id: ++execution.lastInboxId, message }]
  if (!execution.owned) execution.wakeAt = Math.min(execution.wakeAt, rows.clock.now())
  tell(rows, { is: 'news', execution: id })
  return 'accepted'
}
