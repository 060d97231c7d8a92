import type { TaskResult } from '#protocol/index.ts'
import { isEnding, type JournalEvent } from '../journal.ts'
import { finalStatuses, type Claim, type EngineStore, type Message } from '../store.ts'

/** Something that must not be in any history. */
export type Violation = string

/** A store that remembers what was asked and answered, as the database itself would see it. */
export function observed(store: EngineStore): { readonly store: EngineStore; violations(): Promise<Violation[]> } {
  const found: Violation[] = []
  const owner = new Map<string, number>()
  const highest = new Map<string, number>()
  const attempts = new Map<string, number>()
  const messages: { readonly execution: string; readonly message: Message }[] = []
  const results: { readonly execution: string; readonly name: string; readonly result: TaskResult }[] = []
  const check = (claim: Claim, what: string): void => {
    if (owner.get(claim.execution) !== claim.epoch)
      found.push(`[1] ${claim.execution}: ${what} by epoch ${claim.epoch}, while ${owner.get(claim.execution) ?? 'nobody'} owns it`)
  }
  const journal: EngineStore['journal'] = {
    ...store.journal,
    claim: async request => {
      const claimed = await store.journal.claim(request)
      if (claimed.is !== 'claimed') return claimed
      const { execution, epoch } = claimed.claim
      if (epoch <= (highest.get(execution) ?? 0)) found.push(`[2] ${execution}: epoch ${epoch} after ${highest.get(execution)}`)
      highest.set(execution, epoch)
      owner.set(execution, epoch)
      return claimed
    },
    renew: async (claim, lease) => {
      const renewed = await store.journal.renew(claim, lease)
      if (renewed === 'renewed') check(claim, 'renewed')
      return renewed
    },
    append: async (claim, batch) => {
      const appended = await store.journal.append(claim, batch)
      if (appended.is === 'appended') check(claim, `"${batch.entries.map(entry => `${entry.name} ${entry.kind}`).join(', ')}" written`)
      if (appended.is === 'appended' && batch.finish) owner.delete(claim.execution)
      if (appended.is === 'appended' && batch.entries.some(entry => entry.name === 'back' && entry.kind === 'started'))
        for (const task of await store.tasks.openTasks(claim.execution))
          if (!task.name.startsWith('back/')) found.push(`${claim.execution}: "${task.name}" goes on while the way back runs`)
      return appended
    },
    park: async (claim, wakeAt) => {
      const parked = await store.journal.park(claim, wakeAt)
      if (parked === 'parked') check(claim, 'parked')
      if (parked === 'parked') owner.delete(claim.execution)
      return parked
    },
    deliver: async (execution, message) => {
      const delivered = await store.journal.deliver(execution, message)
      if (delivered === 'accepted') messages.push({ execution, message })
      return delivered
    },
  }
  const tasks: EngineStore['tasks'] = {
    ...store.tasks,
    lease: async request => {
      const leased = await store.tasks.lease(request)
      if (leased.is !== 'leased') return leased
      const key = `${leased.task.execution}/${leased.task.name}`
      if (leased.task.attempt <= (attempts.get(key) ?? 0)) found.push(`[2] ${key}: attempt ${leased.task.attempt} again`)
      attempts.set(key, leased.task.attempt)
      return leased
    },
    complete: async (attempt, result) => {
      const completed = await store.tasks.complete(attempt, result)
      const key = `${attempt.execution}/${attempt.name}`
      if (completed === 'accepted' && attempt.attempt !== attempts.get(key))
        found.push(`[2] ${key}: a result of attempt ${attempt.attempt} was taken`)
      if (completed === 'accepted') results.push({ execution: attempt.execution, name: attempt.name, result })
      return completed
    },
  }
  return {
    store: { ...store, journal, tasks },
    violations: async () => {
      for (const { id } of await store.journal.list()) found.push(...(await wrongIn(store, id, { messages, results })))
      return [...new Set(found)]
    },
  }
}

/** What was accepted, and by whom it must be found in the journal. */
interface Accepted {
  readonly messages: readonly { readonly execution: string; readonly message: Message }[]
  readonly results: readonly { readonly execution: string; readonly name: string; readonly result: TaskResult }[]
}

async function wrongIn(store: EngineStore, id: string, accepted: Accepted): Promise<Violation[]> {
  const loaded = await store.journal.load(id)
  if (!loaded) return []
  const { row, events } = loaded
  const found = [...wrongOrder(id, row.seq, events), ...secondResults(id, events), ...afterTheEnd(id, events)]
  if (!(finalStatuses as readonly string[]).includes(row.status)) return [...found, `${id}: it has not ended`]
  return [...found, ...unheard(id, events, accepted), ...lostResults(id, events, accepted)]
}

function wrongOrder(id: string, seq: number, events: readonly JournalEvent[]): Violation[] {
  return seq !== events.length || events.some((event, i) => event.seq !== i + 1) ? [`${id}: its events are not numbered one by one`] : []
}

function secondResults(id: string, events: readonly JournalEvent[]): Violation[] {
  const clash = (a: JournalEvent, b: JournalEvent): boolean =>
    a.name === b.name && (a.kind === b.kind || (isEnding(a.kind) && isEnding(b.kind)))
  return events
    .filter((event, i) => events.slice(0, i).some(earlier => clash(earlier, event)))
    .map(event => `[3] ${id}: "${event.name}" has a second ${event.kind}`)
}

function afterTheEnd(id: string, events: readonly JournalEvent[]): Violation[] {
  const ends = events.filter(event => isEnding(event.kind) && events.some(other => other.name === event.name && other.kind === 'started'))
  return ends.flatMap(end =>
    events
      .filter(event => event.seq > end.seq && event.name.startsWith(`${end.name}/`))
      .map(event => `${id}: "${event.name}" ${event.kind} after "${end.name}" had ended`),
  )
}

const heardAs = { abort: 'aborted', pause: 'paused', resume: 'resumed' } as const

/** An answer is delivered, unless its lane was ended before; a command is done, or stands there as ignored. */
function unheard(id: string, events: readonly JournalEvent[], { messages }: Accepted): Violation[] {
  const cut = lanesCut(events)
  const heard = (message: Message): boolean =>
    message.is === 'answer'
      ? events.some(event => event.name === message.name && event.kind === 'delivered') || cut.some(lane => message.name.startsWith(lane))
      : events.some(event => event.kind === heardAs[message.is] || (event.kind === 'ignored' && event.payload.command === message.is))
  return messages
    .filter(sent => sent.execution === id && !heard(sent.message))
    .map(sent => `[5] ${id}: "${sent.message.is}" was accepted and never heard`)
}

function lanesCut(events: readonly JournalEvent[]): string[] {
  return events.filter(event => event.kind === 'stopped' || event.kind === 'failed').map(event => `${event.name}/`)
}

function lostResults(id: string, events: readonly JournalEvent[], { results }: Accepted): Violation[] {
  const cut = lanesCut(events)
  return results
    .filter(done => done.execution === id)
    .flatMap(({ name, result }) => {
      const ended = events.find(event => event.name === name && isEnding(event.kind))
      if (!ended)
        return cut.some(lane => name.startsWith(lane)) ? [] : [`[5] ${id}: the result of "${name}" was accepted and is in no journal`]
      const same =
        ended.kind !== 'succeeded' || (result.is === 'succeeded' && JSON.stringify(result.output) === JSON.stringify(ended.payload.output))
      return same ? [] : [`[3] ${id}: "${name}" has another result than the one that was accepted`]
    })
}
