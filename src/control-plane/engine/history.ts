import { isEnding, type Cause, type JournalEvent, type LaneName } from './journal.ts'
import { next, type NameState } from './states.ts'

/** Who holds the forward lane: people, or a watch lane. */
type Holder = 'people' | LaneName

/** An execution's journal, read: what every name has come to, and what holds the forward lane. */
export interface History {
  readonly execution: string
  readonly names: ReadonlyMap<string, NameState>
  readonly pauses: ReadonlyMap<Holder, Extract<JournalEvent, { kind: 'paused' }>>
  /** Takes the next event in; throws where it is out of place. */
  add(event: JournalEvent): void
}

/** An empty history of one execution. */
export function newHistory(execution: string): History {
  const names = new Map<string, NameState>()
  const pauses = new Map<Holder, Extract<JournalEvent, { kind: 'paused' }>>()
  return {
    execution,
    names,
    pauses,
    add(event) {
      names.set(event.name, next(execution, names.get(event.name), event))
      if (event.kind === 'paused') pauses.set(holderOf(event.name), event)
      else if (event.kind === 'resumed') pauses.delete(holderOf(event.name))
      // A lane that is over holds nothing any more.
      else if (isEnding(event.kind)) pauses.delete(event.name as LaneName)
    },
  }
}

function holderOf(name: string): Holder {
  return name.startsWith('command/') ? 'people' : laneOf(name)
}

/** The lane of a full name: `forward`, `back`, or `watch/NAME`. */
export function laneOf(name: string): LaneName {
  return (name.startsWith('watch/') ? name.split('/', 2).join('/') : name.split('/', 1)[0]) as LaneName
}

export function isOpen(state: NameState | undefined): boolean {
  return state !== undefined && state.is !== 'ended'
}

/** The lanes that have begun and not ended, in the order in which they began. */
export function openLanes(history: History): LaneName[] {
  return [...history.names].filter(([, state]) => state.is === 'lane').map(([name]) => name as LaneName)
}

/** A task, sleep, wait or pause that ends by itself at `at` (the store's time) unless something comes first. */
export interface Deadline {
  readonly name: string
  readonly at: number
}

/** When a name's state ends by itself, in the store's time; undefined where it does not. */
export function deadlineOf(state: NameState): number | undefined {
  if (state.is === 'sleep') return state.began.at + state.began.payload.milliseconds
  if (state.is === 'wait') return state.began.at + state.began.payload.deadline
  if (state.is === 'task' && state.began.payload.timeout !== null) return state.began.at + state.began.payload.timeout
  return undefined
}

/** The earliest deadline of the calls of open lanes and of the pauses of an open forward lane. */
export function nextDeadline(history: History): Deadline | undefined {
  const open = new Set<string>(openLanes(history))
  let first: Deadline | undefined
  const offer = (name: string, at: number | undefined): void => {
    if (at !== undefined && (!first || at < first.at)) first = { name, at }
  }
  for (const [name, state] of history.names) if (open.has(laneOf(name))) offer(name, deadlineOf(state))
  if (open.has('forward')) for (const pause of history.pauses.values()) offer(pause.name, pause.at + pause.payload.deadline)
  return first
}

/** Why the way back started, once it has. */
export function causeOf(history: History): Cause | undefined {
  const back = history.names.get('back')
  const began = back?.is === 'ended' ? back.began : back?.is === 'lane' ? back.began : undefined
  return began?.kind === 'started' ? began.payload.cause : undefined
}
