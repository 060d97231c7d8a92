import type { Clock } from '#base/index.ts'
import type { JournalEvent } from './journal.ts'
import { Owner } from './owner.ts'
import type { Program } from './run.ts'
import type { Claim, Claimed, Delivered, EngineStore, ExecutionRow, Hint, Message, NewExecution, Started } from './store.ts'
import { viewOf, type ExecutionView } from './view.ts'

// The invariants of the engine. Tests and mutants name them by number.
// 1. Every write of an owner locks the execution's row with `epoch = mine`; no row means stop.
// 2. Epoch and attempt only rise.
// 3. One result per execution and name; the first wins.
// 4. A task's row is inserted in the transaction of its `scheduled` event.
// 5. Deliver writes the inbox and lowers `due_at` in one transaction (so does a task's result); park reads the news again under the same
//    lock: no wake-up is lost.
// 6. Lock order: execution, then task.
// 7. A hint is a hint; looking from time to time suffices.
// 8. Lease time is the database's time, through one function with a test override; never a replica's clock. No session advisory locks.
// 9. The delegate fences the effect: the engine lets a frozen worker finish its work, and refuses its result.
// 10. The holds of an execution pass on in the transaction that ends it; whoever waits for them has waited since its own first event.

export interface EngineOptions {
  readonly store: EngineStore
  readonly clock: Clock
  /** By the name that executions are started with; names never change once released. */
  readonly programs: Readonly<Record<string, Program>>
  /** Milliseconds after which another replica takes over what this one does not renew. */
  readonly lease?: number
  /** Milliseconds for which an idle execution is kept before it is parked: less than a third of the lease. */
  readonly linger?: number
  /** The store cannot be asked, or an execution cannot go on: for the log. It is tried again. */
  readonly onTrouble?: (trouble: { readonly execution?: string; readonly error: unknown }) => void
}

/** Events that have come, and what the execution is now. */
export interface Change {
  readonly events: readonly JournalEvent[]
  readonly view: ExecutionView
}

export interface Engine {
  start(execution: NewExecution): Promise<Started>
  deliver(execution: string, message: Message): Promise<Delivered>
  view(execution: string): Promise<ExecutionView | undefined>
  /** Newest first. */
  list(filter?: { readonly unfinished?: boolean; readonly limit?: number }): Promise<readonly ExecutionRow[]>
  /** What is there after event number `after` at once, then every change (progress of tasks too), until the execution has ended. */
  follow(execution: string, options: { readonly after?: number }, signal?: AbortSignal): AsyncIterable<Change>
  /** Stops owning. What was under way goes on when an engine is opened on the store again. */
  close(): Promise<void>
}

// A frozen or dead replica is replaced within this time; renewals cost one write per third of it, and only while something moves.
const defaultLease = 10_000
// Longer than most tasks of a release take to answer, so that a busy execution is not read from its journal again and again.
const defaultLinger = 1_000
// Where hints can be missed (another replica's), the store is looked at this often.
const lookAnyway = 10_000
// A store in trouble (full disk, restart) is tried again after this time, twice as long each time up to the longest.
const firstRetry = 250
const longestRetry = 30_000

/** Opens an engine on a store: from now on it claims what is due. */
export function openEngine(options: EngineOptions): Engine {
  const { store } = options
  const claimer = new Claimer(options)
  return {
    start: execution => store.journal.start(execution),
    deliver: (execution, message) => store.journal.deliver(execution, message),
    view: async id => (await look(store, id, 0))?.view,
    list: filter => store.journal.list(filter),
    follow: (execution, { after = 0 }, signal) => follow(store, execution, after, signal),
    close: () => claimer.close(),
  }
}

async function look(store: EngineStore, id: string, after: number): Promise<Change | undefined> {
  const [loaded, tasks] = await Promise.all([store.journal.load(id), store.tasks.openTasks(id)])
  return loaded && { events: loaded.events.filter(event => event.seq > after), view: viewOf(loaded.row, loaded.events, tasks) }
}

async function* follow(store: EngineStore, id: string, after: number, signal?: AbortSignal): AsyncGenerator<Change> {
  let changed = true
  let wake = (): void => {}
  const end = store.subscribe(hint => {
    if (!('execution' in hint) || hint.execution !== id || hint.is === 'news') return
    changed = true
    wake()
  })
  const stop = (): void => wake()
  signal?.addEventListener('abort', stop)
  try {
    let seen = after
    while (!signal?.aborted) {
      if (!changed) await new Promise<void>(resolve => (wake = resolve))
      if (signal?.aborted) return
      changed = false
      const change = await look(store, id, seen)
      if (!change) return
      seen = change.view.row.seq
      yield change
      if (change.view.row.endedAt !== undefined) return
    }
  } finally {
    end()
    signal?.removeEventListener('abort', stop)
  }
}

/** Claims what is due and lets it run, as long as it is open. */
class Claimer {
  readonly #options: EngineOptions
  readonly #owners = new Map<string, Owner>()
  readonly #endHints: () => void
  #wake: () => void = () => {}
  #due = true
  #closed = false
  #retry = firstRetry
  /** The store's time of its first answer. */
  #openedAt = Infinity
  readonly #loop: Promise<void>

  constructor(options: EngineOptions) {
    this.#options = options
    this.#endHints = options.store.subscribe(hint => this.#hinted(hint))
    this.#loop = this.#run()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#endHints()
    this.#look()
    await this.#loop
    await Promise.allSettled([...this.#owners.values()].map(owner => owner.leave()))
  }

  #hinted(hint: Hint): void {
    if (hint.is !== 'news') return
    const owner = this.#owners.get(hint.execution)
    if (owner) owner.look()
    else this.#look()
  }

  #look(): void {
    this.#due = true
    this.#wake()
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      this.#due = false
      const claimed = await this.#claim()
      // Claimed while it was being closed: `close` lets it go.
      if (claimed?.is === 'claimed') this.#own(claimed.claim, claimed.now - this.#options.clock.now())
      else await this.#rest(claimed)
    }
  }

  async #claim(): Promise<Claimed | undefined> {
    const { store, programs, lease = defaultLease } = this.#options
    try {
      const claimed = await store.journal.claim({ programs: Object.keys(programs), lease })
      this.#retry = firstRetry
      this.#openedAt = Math.min(this.#openedAt, claimed.now)
      return claimed
    } catch (error) {
      this.#options.onTrouble?.({ error })
      return undefined
    }
  }

  /** Waits for a hint, for the next time at which something is due, or, after trouble, a little. */
  async #rest(claimed: Claimed | undefined): Promise<void> {
    const { clock, store } = this.#options
    const next = claimed?.is === 'none' && claimed.next !== undefined ? Math.max(0, claimed.next - claimed.now) : Infinity
    const limit = store.hintsAreComplete ? Infinity : lookAnyway
    const pause = claimed ? Math.min(next, limit) : this.#retry
    if (!claimed) this.#retry = Math.min(longestRetry, this.#retry * 2)
    if (this.#closed || (this.#due && claimed)) return
    await new Promise<void>(resolve => {
      const cancel = pause < Infinity ? clock.after(pause, resolve) : (): void => {}
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
    this.#wake = () => {}
  }

  #own(claim: Claim, ahead: number, retry = firstRetry): void {
    const { store, programs, clock, lease = defaultLease, linger = defaultLinger, onTrouble } = this.#options
    // One that was frozen past its lease may not know yet that it has lost.
    this.#owners.get(claim.execution)?.close({ is: 'lost' })
    const openedAt = this.#openedAt
    const owner = new Owner({ journal: store.journal, tasks: store.tasks, claim, programs, clock, ahead, openedAt, lease, linger })
    this.#owners.set(claim.execution, owner)
    void owner.done.then(end => {
      if (this.#owners.get(claim.execution) !== owner) return
      if (end.is !== 'troubled' || this.#closed) {
        this.#owners.delete(claim.execution)
        return this.#look()
      }
      onTrouble?.({ execution: claim.execution, error: end.error })
      // The claim may still be ours: the journal tells how far it came.
      clock.after(retry, () => this.#closed || this.#own(claim, ahead, Math.min(longestRetry, retry * 2)))
    })
  }
}
