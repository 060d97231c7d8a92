import type { Clock } from '#base/index.ts'
import type { Attempt, EngineStore, LeasedRow } from '#control-plane/engine/index.ts'
import type { Heard, LeasedTask, LeaseRequest, Progress, TaskResult, TaskSource } from '#protocol/index.ts'

export interface TaskSourceOptions {
  readonly store: EngineStore
  readonly clock: Clock
  /** Milliseconds after which a silent delegate's task is given to another; `process`: its delegates live and die with the store. */
  readonly lease: number | 'process'
}

/** A task source that must be closed when nobody leases from it any more. */
export interface OpenTaskSource extends TaskSource {
  close(): void
}

// Where hints can be missed, the queue is looked at this often.
const lookAnyway = 5_000
// Three heartbeats in a lease: two may be lost.
const heartbeats = 3

type Lease = LeasedTask & { readonly cancelled: AbortSignal }

/** Tasks from the store's queue, for delegates in this process. */
export function openTaskSource({ store, clock, lease }: TaskSourceOptions): OpenTaskSource {
  const waiting = new Set<() => void>()
  const active = new Map<string, { readonly attempt: Attempt; readonly stop: AbortController }>()
  let cancellations = 0

  const heard = (attempt: Attempt, answer: 'goOn' | 'accepted' | 'cancelled'): Heard => {
    const cancelled = answer === 'cancelled'
    if (cancelled) active.get(idOf(attempt))?.stop.abort(new Error(`task ${attempt.execution}/${attempt.name}: cancelled`))
    if (answer !== 'goOn') active.delete(idOf(attempt))
    return { cancelled }
  }
  const beat = async (attempt: Attempt, progress?: Progress): Promise<Heard> =>
    heard(attempt, await store.tasks.heartbeat(attempt, lease, progress))
  const complete = async (attempt: Attempt, result: TaskResult): Promise<Heard> =>
    heard(attempt, await store.tasks.complete(attempt, result))
  const ask = (attempt: Attempt): void => void beat(attempt).catch(() => {})

  const close = store.subscribe(hint => {
    if (hint.is === 'queue') {
      for (const wake of waiting) wake()
      waiting.clear()
    }
    if (hint.is !== 'cancelled') return
    cancellations += 1
    for (const { attempt } of active.values()) if (attempt.execution === hint.execution) ask(attempt)
  })

  const take = (row: LeasedRow): Lease => {
    const stop = new AbortController()
    active.set(idOf(row), { attempt: row, stop })
    const { execution, name, attempt, type, input, urgent } = row
    const heartbeat = lease === 'process' ? null : Math.floor(lease / heartbeats)
    return { key: `${execution}/${name}`, attempt, type, input, urgent, heartbeat, cancelled: stop.signal }
  }

  const next = async (request: LeaseRequest, signal: AbortSignal): Promise<Lease> => {
    for (;;) {
      signal.throwIfAborted()
      const news = new Promise<void>(resolve => waiting.add(resolve))
      const before = cancellations
      const leased = await store.tasks.lease({ ...request, lease })
      if (leased.is === 'leased') {
        const taken = take(leased.task)
        // It may have been this task that was cancelled while the answer was on its way.
        if (cancellations > before) ask(leased.task)
        return taken
      }
      const pause = leased.next === undefined ? Infinity : Math.max(0, leased.next - leased.now)
      await firstOf(clock, news, store.hintsAreComplete ? pause : Math.min(pause, lookAnyway), signal)
    }
  }

  return {
    close,
    lease: next,
    heartbeat: (key, attempt, progress) => beat(attemptOf(key, attempt), progress),
    complete: (key, attempt, result) => complete(attemptOf(key, attempt), result),
    content: hash => store.content.get(hash),
  }
}

function idOf({ execution, name, attempt }: Attempt): string {
  return `${execution}/${name}#${attempt}`
}

/** `EXECUTION/NAME`, where names may have slashes and executions have none. */
function attemptOf(key: string, attempt: number): Attempt {
  const slash = key.indexOf('/')
  return { execution: key.slice(0, slash), name: key.slice(slash + 1), attempt }
}

async function firstOf(clock: Clock, news: Promise<void>, pause: number, signal: AbortSignal): Promise<void> {
  let stop = (): void => {}
  const over = new Promise<void>(resolve => (stop = resolve))
  const cancel = pause < Infinity ? clock.after(pause, stop) : (): void => {}
  signal.addEventListener('abort', stop)
  await Promise.race([news, over])
  cancel()
  signal.removeEventListener('abort', stop)
}
