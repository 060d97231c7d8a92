import { toFailureRecord, type Clock } from '#base/index.ts'
import { pastOf } from './calls.ts'
import { engine } from './failures.ts'
import { newHistory, nextDeadline, openLanes, type History } from './history.ts'
import { isEnding, type Entry, type JournalEvent, type LaneName } from './journal.ts'
import { laneRun, newLane, type Lane, type LaneOwner } from './lane.ts'
import { onDeadline, onLaneEnd, onNews, type LaneEnd } from './moves.ts'
import type { Program } from './run.ts'
import type { Batch, Claim, ExecutionRow, JournalStore, NewTask, TaskStore } from './store.ts'

/** How owning an execution ended. `troubled`: the store failed; what was being done is done again by the next owner. */
export type OwnedEnd = { readonly is: 'parked' | 'finished' | 'lost' | 'closed' } | { readonly is: 'troubled'; readonly error: unknown }

export interface OwnerOptions {
  readonly journal: JournalStore
  readonly tasks: Pick<TaskStore, 'openTasks'>
  readonly claim: Claim
  readonly programs: Readonly<Record<string, Program>>
  readonly clock: Clock
  /** The store's time minus the clock's, in milliseconds. */
  readonly ahead: number
  /** When the store answered this engine first, in the store's time: what was due before then had nobody here. */
  readonly openedAt: number
  /** Milliseconds. */
  readonly lease: number
  /** How long an execution that has nothing to do is kept before it is parked, in milliseconds. */
  readonly linger: number
}

interface Writing {
  readonly lane: Lane
  readonly entry: Entry
  readonly task: NewTask | undefined
  readonly written: (event: JournalEvent) => void
}

/**
 * Runs an execution that was claimed, until it is parked, finished or lost.
 * 1. Everything it does to the journal happens one after another (`#turn`), each in one transaction that proves the epoch.
 * 2. A program is told of an event only when it stands in the journal.
 * 3. Once over, it touches nothing: promises of its lanes never settle, timers are gone.
 */
export class Owner implements LaneOwner {
  readonly history: History
  readonly done: Promise<OwnedEnd>
  readonly #options: OwnerOptions
  readonly #lanes = new Map<LaneName, Lane>()
  readonly #endings = new Map<string, { lane: Lane; resolve: (event: JournalEvent) => void }>()
  readonly #held = new Set<() => void>()
  #writing: Writing[] = []
  #row: ExecutionRow | undefined
  #turn: Promise<void> = Promise.resolve()
  /** Turns that wait or run, and work of the lanes' own. */
  #busy = 0
  #over = false
  #end: (end: OwnedEnd) => void = () => {}
  #cancelDeadline = (): void => {}
  #cancelPark = (): void => {}
  #cancelRenew = (): void => {}

  constructor(options: OwnerOptions) {
    this.#options = options
    this.history = newHistory(options.claim.execution)
    this.done = new Promise(resolve => (this.#end = resolve))
    this.#take(() => this.#load())
    this.#renewLater()
  }

  /** There may be news: results of tasks, or what people said. */
  look(): void {
    this.#take(() => this.#read())
  }

  /** Stops without another write. */
  close(end: OwnedEnd): void {
    if (this.#over) return
    this.#over = true
    this.#cancelDeadline()
    this.#cancelPark()
    this.#cancelRenew()
    for (const lane of this.#lanes.values()) lane.stop.abort()
    this.#end(end)
  }

  /** Stops, and lets the next owner start at once. */
  async leave(): Promise<void> {
    this.close({ is: 'closed' })
    await this.#options.journal.park(this.#options.claim, this.now())
  }

  now(): number {
    return this.#options.clock.now() + this.#options.ahead
  }

  write(lane: Lane, entry: Entry, task?: NewTask): Promise<JournalEvent> {
    return new Promise(written => {
      this.#writing.push({ lane, entry, task, written })
      if (this.#writing.length === 1) this.#take(() => this.#flush())
    })
  }

  ending(lane: Lane, name: string): Promise<JournalEvent> {
    const state = this.history.names.get(name)
    if (state?.is === 'ended') return Promise.resolve(state.ended)
    return this.#waiting(lane, resolve => this.#endings.set(name, { lane, resolve }))
  }

  async unheld(lane: Lane): Promise<void> {
    while (lane.name === 'forward' && this.history.pauses.size > 0)
      await this.#waiting<void>(lane, resolve => this.#held.add(() => resolve()))
  }

  async working<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1
    try {
      return await work()
    } finally {
      this.#busy -= 1
      this.#parkLater()
    }
  }

  #waiting<T>(lane: Lane, register: (resolve: (value: T) => void) => void): Promise<T> {
    lane.waiting += 1
    this.#parkLater()
    return new Promise<T>(resolve =>
      register(value => {
        lane.waiting -= 1
        resolve(value)
      }),
    )
  }

  /** Does `work` when everything before it is done. A failure of the store ends the ownership: nobody knows what was written. */
  #take(work: () => Promise<void>): void {
    this.#busy += 1
    this.#turn = this.#turn
      .then(() => (this.#over ? undefined : work()))
      .catch((error: unknown) => this.close({ is: 'troubled', error }))
      .then(() => {
        this.#busy -= 1
        this.#parkLater()
      })
  }

  async #load(): Promise<void> {
    const loaded = await this.#options.journal.load(this.history.execution)
    if (!loaded) return this.close({ is: 'lost' })
    this.#row = loaded.row
    for (const event of loaded.events) this.history.add(event)
    for (const lane of openLanes(this.history)) this.#launch(lane)
    this.#armDeadline()
    await this.#read()
  }

  async #read(): Promise<void> {
    for (;;) {
      const news = await this.#options.journal.news(this.history.execution)
      if (this.#over || (news.inbox.length === 0 && news.tasks.length === 0)) return
      await this.#append(() => onNews(this.history, news))
    }
  }

  async #flush(): Promise<void> {
    const writing = this.#writing.filter(({ lane }) => !lane.stop.signal.aborted)
    this.#writing = []
    const wanted = writing.filter(({ entry }) => this.history.names.get(entry.name)?.is !== 'ended')
    const tasks = wanted.flatMap(({ task }) => task ?? [])
    const cancel = wanted.flatMap(({ entry }) => (entry.kind === 'stopped' ? [`${entry.name}/`] : []))
    if (wanted.length > 0) await this.#append(() => ({ entries: wanted.map(({ entry }) => entry), tasks, cancel }))
    if (this.#over) return
    for (const { entry, written } of writing) {
      const state = this.history.names.get(entry.name)
      if (state && state.is !== 'absent') written(state.is === 'ended' ? state.ended : state.began)
    }
  }

  /** Writes what `decide` says. Where news stand against it they are read first, and it is asked again. */
  async #append(decide: () => Batch | undefined): Promise<void> {
    for (;;) {
      const batch = decide()
      if (!batch || this.#over) return
      const appended = await this.#options.journal.append(this.#options.claim, batch)
      if (this.#over) return
      if (appended.is === 'lost') return this.close({ is: 'lost' })
      if (appended.is === 'appended') {
        this.#apply(appended.events)
        if (batch.finish) this.close({ is: 'finished' })
        return
      }
      await this.#read()
    }
  }

  #apply(events: readonly JournalEvent[]): void {
    for (const event of events) {
      this.history.add(event)
      if (isEnding(event.kind)) this.#lanes.get(event.name as LaneName)?.stop.abort()
    }
    for (const event of events) {
      if (event.kind === 'started') this.#launch(event.name as LaneName)
      const waiting = isEnding(event.kind) ? this.#endings.get(event.name) : undefined
      if (!waiting || waiting.lane.stop.signal.aborted) continue
      this.#endings.delete(event.name)
      waiting.resolve(event)
    }
    if (this.history.pauses.size === 0) {
      for (const resume of this.#held) resume()
      this.#held.clear()
    }
    this.#armDeadline()
  }

  #launch(name: LaneName): void {
    const lane = newLane(name)
    this.#lanes.set(name, lane)
    const ended = (end: LaneEnd): void => {
      if (!lane.stop.signal.aborted) this.#take(() => this.#append(() => onLaneEnd(this.history, name, end)))
    }
    // Not in the turn that launches it: the lane's calls are turns of their own.
    void Promise.resolve()
      .then(() => this.#run(lane))
      .then(
        output => ended({ is: 'returned', output }),
        (error: unknown) => ended({ is: 'threw', failure: toFailureRecord(error) }),
      )
  }

  async #run(lane: Lane): Promise<unknown> {
    const program = this.#row && this.#options.programs[this.#row.program]
    if (!program) throw engine.PROGRAM_UNKNOWN({ execution: this.history.execution, program: String(this.#row?.program) })
    const input = this.#row?.input
    const began = this.history.names.get(lane.name)
    const given = began?.is === 'lane' ? began.began.payload : {}
    const run = laneRun(this, lane, lane.name === 'back' ? pastOf(this.history) : [])
    if (lane.name === 'forward') return program.forward(run, input)
    if (lane.name === 'back') return given.cause && program.back(run, input, given.cause)
    return program.watch?.(run, input, given.subject)
  }

  #armDeadline(): void {
    this.#cancelDeadline()
    const next = nextDeadline(this.history)
    if (!next || this.#over) return
    this.#cancelDeadline = this.#options.clock.after(next.at - this.now(), () => {
      // A clock may have been set back.
      if (next.at > this.now()) this.#armDeadline()
      else this.#take(() => this.#endOverdue(next.name))
    })
  }

  async #endOverdue(name: string): Promise<void> {
    const lastWord = this.history.names.get(name)?.is === 'task' ? await this.#lastWordOf(name) : undefined
    await this.#append(() => {
      const next = nextDeadline(this.history)
      const now = this.now()
      if (next?.name !== name || next.at > now) return undefined
      return onDeadline(this.history, name, { lastWord, openFor: now - this.#options.openedAt })
    })
    this.#armDeadline()
  }

  /** What a task was waiting for: nobody can ask it any more once its time is over. */
  async #lastWordOf(name: string): Promise<string | undefined> {
    const task = (await this.#options.tasks.openTasks(this.history.execution)).find(each => each.name === name)
    return task?.status === 'queued' ? 'a delegate that takes it' : task?.progress?.says
  }

  /** Every lane waits for what only the journal can bring, and nothing is under way. */
  #isIdle(): boolean {
    return this.#busy === 0 && [...this.#lanes.values()].every(lane => lane.stop.signal.aborted || lane.waiting > 0)
  }

  #parkLater(): void {
    this.#cancelPark()
    if (this.#over || !this.#isIdle()) return
    this.#cancelPark = this.#options.clock.after(this.#options.linger, () => {
      if (this.#isIdle()) this.#take(() => this.#park())
    })
  }

  async #park(): Promise<void> {
    this.close({ is: await this.#options.journal.park(this.#options.claim, nextDeadline(this.history)?.at) })
  }

  #renewLater(): void {
    const { clock, lease, journal, claim } = this.#options
    this.#cancelRenew = clock.after(lease / 3, () => {
      this.#take(async () => {
        if ((await journal.renew(claim, lease)) === 'lost') this.close({ is: 'lost' })
      })
      this.#renewLater()
    })
  }
}
