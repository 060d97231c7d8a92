import { Failure, toFailureRecord } from '#base/index.ts'
import type { Task } from '#protocol/index.ts'
import { engine } from './failures.ts'
import type { History } from './history.ts'
import { newOrder, UNWRITTEN, type InOrder } from './in-order.ts'
import type { Entry, EventKind, JournalEvent, LaneName } from './journal.ts'
import type { Answer, BackRun, ForwardRun, PastCall, TaskOptions, WaitOptions, WatchRun } from './run.ts'
import type { NameState } from './states.ts'
import type { NewTask } from './store.ts'
import { turnName } from './turn.ts'

/** Design §3.2: a step's time where nobody says otherwise. */
const defaultTimeout = 10 * 60_000

/** What a lane needs of the one who owns the execution. A promise of a lane that has ended never settles. */
export interface LaneOwner {
  readonly history: History
  /** The store's time. */
  now(): number
  /** Writes a call's first (or only) event; resolves with it, or, where another one has ended the name, with that one. */
  write(lane: Lane, entry: Entry, task?: NewTask): Promise<JournalEvent>
  /** Resolves with the event that ends the name. */
  ending(lane: Lane, name: string): Promise<JournalEvent>
  /** Resolves at once, or, in the forward lane, when nothing holds it any more. */
  unheld(lane: Lane): Promise<void>
  /** Runs work of the lane's own: the execution is not given up meanwhile. */
  working<T>(work: () => Promise<T>): Promise<T>
}

/** One lane as it runs in this process. */
export interface Lane {
  readonly name: LaneName
  readonly stop: AbortController
  /** Full names that this run of the program has used. */
  readonly used: Set<string>
  readonly inOrder: InOrder
  /** Calls that wait for something that only the journal can bring. */
  waiting: number
}

export function newLane(name: LaneName): Lane {
  return { name, stop: new AbortController(), used: new Set(), inOrder: newOrder(), waiting: 0 }
}

interface Scope {
  readonly prefix: string
  readonly defaults: TaskOptions
}

/** The run that a lane's function gets. Which of its calls the function may use is told by the type of its parameter. */
export function laneRun(owner: LaneOwner, lane: Lane, past: readonly PastCall[]): ForwardRun & WatchRun & BackRun {
  return runIn(owner, lane, past, { prefix: '', defaults: {} })
}

function runIn(owner: LaneOwner, lane: Lane, past: readonly PastCall[], scope: Scope): ForwardRun & WatchRun & BackRun {
  const { prefix, defaults } = scope
  const full = (name: string): string => `${lane.name}/${prefix}${name}`
  return {
    execution: owner.history.execution,
    signal: lane.stop.signal,
    past,
    record: (name, make) => recordOnce(owner, lane, full(name), make),
    now: name => recordOnce(owner, lane, full(name), () => owner.now(), { held: true }),
    task: (name, task, input, options) => runTask(owner, lane, full(name), { task, input, options: { ...defaults, ...options } }),
    sleep: async (name, milliseconds) => {
      await runCall(owner, lane, { name: full(name), kind: 'sleeping', payload: { milliseconds } })
    },
    wait: async <T>(name: string, options: WaitOptions) =>
      answerOf<T>(await runCall(owner, lane, { name: full(name), kind: 'waiting', payload: options })),
    pause: (name, why, deadline) => writeOnce(owner, lane, { name: full(name), kind: 'paused', payload: { why, deadline } }),
    resume: name => writeOnce(owner, lane, { name: full(name), kind: 'resumed', payload: {} }),
    turn: () => takeTurn(owner, lane),
    watch: (name, subject) => writeOnce(owner, lane, { name: watchLane(prefix, name), kind: 'started', payload: { subject } }),
    unwatch: name => unwatch(owner, lane, watchLane(prefix, name)),
    scope: (more, options) => runIn(owner, lane, past, { prefix: `${prefix}${more}/`, defaults: { ...defaults, ...options } }),
  }
}

/** Lanes are told from calls by their slashes. */
function watchLane(prefix: string, name: string): LaneName {
  return `watch/${`${prefix}${name}`.replaceAll('/', ':')}`
}

/**
 * Takes a name for this run of the program, and tells what the journal knows of it, when it is the call's turn. `kinds`: what the call may have
 * begun with.
 */
async function take(owner: LaneOwner, lane: Lane, name: string, kinds: readonly EventKind[]): Promise<NameState | undefined> {
  if (lane.stop.signal.aborted) await never
  if (lane.used.has(name)) throw engine.NAME_TAKEN({ execution: owner.history.execution, name })
  lane.used.add(name)
  await itsTurn(lane, owner.history.names.get(name))
  const state = owner.history.names.get(name)
  const was = state && state.is !== 'absent' ? (state.began?.kind ?? ('ended' in state ? state.ended.kind : undefined)) : undefined
  if (was && !kinds.includes(was)) throw engine.CALL_CHANGED({ execution: owner.history.execution, name, was, asked: kinds.join(' or ') })
  return state
}

/** What is open has begun already, and ends when it ends. */
async function itsTurn(lane: Lane, known: NameState | undefined): Promise<void> {
  if (known?.is === 'ended') await inTurn(lane, known.ended.seq)
  else if (!known) await inTurn(lane, UNWRITTEN)
}

async function inTurn(lane: Lane, seq: number): Promise<void> {
  await lane.inOrder(seq)
  if (lane.stop.signal.aborted) await never
}

/** The event, when its lane has come to it. */
async function passed(lane: Lane, event: JournalEvent): Promise<JournalEvent> {
  await inTurn(lane, event.seq)
  return event
}

const never = new Promise<never>(() => {})

/** Begins a call unless the journal has it, and resolves with the event that ends it. */
async function runCall(owner: LaneOwner, lane: Lane, entry: Entry, task?: NewTask): Promise<JournalEvent> {
  const state = await take(owner, lane, entry.name, [entry.kind])
  if (state?.is === 'ended') return state.ended
  if (!state) {
    await owner.unheld(lane)
    await owner.write(lane, entry, task)
  }
  return passed(lane, await owner.ending(lane, entry.name))
}

/** For calls of one event: resolves when it stands in the journal. */
async function writeOnce(owner: LaneOwner, lane: Lane, entry: Entry): Promise<void> {
  if (!(await take(owner, lane, entry.name, [entry.kind]))) await owner.write(lane, entry)
}

/** The wait was written with the execution, or never. */
async function takeTurn(owner: LaneOwner, lane: Lane): Promise<Answer<unknown> | undefined> {
  const state = await take(owner, lane, turnName, ['waiting'])
  return state && answerOf(state.is === 'ended' ? state.ended : await passed(lane, await owner.ending(lane, turnName)))
}

async function unwatch(owner: LaneOwner, lane: Lane, name: LaneName): Promise<void> {
  const known = owner.history.names.get(name)
  if (known?.is === 'ended') return void (await passed(lane, known.ended))
  await inTurn(lane, UNWRITTEN)
  if (owner.history.names.get(name)?.is !== 'ended') await owner.write(lane, { name, kind: 'stopped', payload: {} })
}

/** `held`: a pause holds it, as it holds whatever begins something. */
async function recordOnce<T>(
  owner: LaneOwner,
  lane: Lane,
  name: string,
  make: () => T | Promise<T>,
  { held = false }: { readonly held?: boolean } = {},
): Promise<T> {
  const state = await take(owner, lane, name, ['recorded', 'failed'])
  if (state?.is === 'ended') return valueOf(state.ended) as T
  if (held) await owner.unheld(lane)
  const entry = await owner.working(() => made(name, make))
  return valueOf(await owner.write(lane, entry)) as T
}

async function made(name: string, make: () => unknown): Promise<Entry> {
  try {
    return { name, kind: 'recorded', payload: { value: await make() } }
  } catch (error) {
    return { name, kind: 'failed', payload: { failure: toFailureRecord(error) } }
  }
}

interface TaskCall<I, O> {
  readonly task: Task<I, O>
  readonly input: I
  readonly options: TaskOptions
}

async function runTask<I, O>(owner: LaneOwner, lane: Lane, name: string, { task, input, options }: TaskCall<I, O>): Promise<O> {
  const { selectors = [], timeout = defaultTimeout } = options
  const { type } = task
  const state = owner.history.names.get(name)
  const was = state && state.is !== 'absent' && state.began?.kind === 'scheduled' ? state.began.payload.type : type
  if (was !== type) throw engine.CALL_CHANGED({ execution: owner.history.execution, name, was, asked: type })
  const ended = await runCall(
    owner,
    lane,
    { name, kind: 'scheduled', payload: { type, selectors, timeout: timeout === 'standing' ? null : timeout } },
    { name, type, selectors, input, urgent: lane.name === 'back' },
  )
  return task.output.parse(valueOf(ended))
}

/** What a call gives; a failed one throws. */
function valueOf(ended: JournalEvent): unknown {
  if (ended.kind === 'failed') throw new Failure(ended.payload.failure)
  if (ended.kind === 'succeeded') return ended.payload.output
  return ended.kind === 'recorded' ? ended.payload.value : undefined
}

function answerOf<T>(ended: JournalEvent): Answer<T> {
  if (ended.kind !== 'delivered') return { is: 'expired' }
  const { payload, ...said } = ended.payload
  return { is: 'delivered', ...said, payload: payload as T, at: ended.at }
}
