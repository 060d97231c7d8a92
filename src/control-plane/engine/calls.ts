import type { FailureRecord } from '#base/index.ts'
import { deadlineOf, isOpen, laneOf, type History } from './history.ts'
import type { JournalEvent, LaneName, Said } from './journal.ts'
import type { PastCall } from './run.ts'
import type { NameState } from './states.ts'

/** One call of an execution, as people see it. Times: the store's, milliseconds since 1970. */
export interface Call {
  /** The full name: what `deliver` takes, and `logs` shows. */
  readonly name: string
  readonly lane: LaneName
  readonly did: 'task' | 'sleep' | 'wait' | 'record'
  /** `stopped`: its lane ended first. */
  readonly is: 'open' | 'done' | 'failed' | 'expired' | 'stopped'
  readonly since: number
  /** When it ends by itself; undefined for standing tasks and records. */
  readonly until: number | undefined
  readonly endedAt: number | undefined
  /** Of a task. */
  readonly type?: string
  readonly selectors?: readonly string[]
  /** Of a wait. */
  readonly wait?: { readonly for: string; readonly next: string; readonly about?: unknown }
  readonly answered?: Said
  /** A task's output, a recorded value, an answer's payload. */
  readonly output?: unknown
  readonly failure?: FailureRecord
}

const did = { scheduled: 'task', sleeping: 'sleep', waiting: 'wait', recorded: 'record', failed: 'record' } as const

/** Every call of an execution, in the order in which they began. */
export function callsOf(history: History): Call[] {
  return [...history.names].flatMap(([name, state]) => {
    const first = state.is === 'absent' ? undefined : (state.began ?? (state.is === 'ended' ? state.ended : undefined))
    if (!first || !(first.kind in did) || !name.includes('/')) return []
    const lane = laneOf(name)
    return [{ ...began(name, first), lane, until: deadlineOfBeginning(first), ...ended(state, isOpen(history.names.get(lane))) }]
  })
}

function deadlineOfBeginning(first: JournalEvent): number | undefined {
  if (first.kind === 'scheduled') return deadlineOf({ is: 'task', began: first })
  if (first.kind === 'sleeping') return deadlineOf({ is: 'sleep', began: first })
  return first.kind === 'waiting' ? deadlineOf({ is: 'wait', began: first }) : undefined
}

function began(name: string, first: JournalEvent): Pick<Call, 'name' | 'did' | 'since' | 'type' | 'selectors' | 'wait'> {
  const base = { name, did: did[first.kind as keyof typeof did], since: first.at }
  if (first.kind === 'scheduled') return { ...base, type: first.payload.type, selectors: first.payload.selectors }
  if (first.kind !== 'waiting') return base
  const { deadline: _, ...wait } = first.payload
  return { ...base, wait }
}

function ended(state: NameState, laneIsOpen: boolean): Pick<Call, 'is' | 'endedAt' | 'output' | 'failure' | 'answered'> {
  if (state.is !== 'ended') return { is: laneIsOpen ? 'open' : 'stopped', endedAt: undefined }
  const endedAt = state.ended.at
  switch (state.ended.kind) {
    case 'failed':
      return { is: 'failed', endedAt, failure: state.ended.payload.failure }
    case 'expired':
      return { is: 'expired', endedAt }
    case 'delivered': {
      const { payload: output, ...answered } = state.ended.payload
      return { is: 'done', endedAt, output, answered }
    }
    case 'succeeded':
      return { is: 'done', endedAt, output: state.ended.payload.output }
    default:
      return { is: 'done', endedAt, output: state.ended.kind === 'recorded' ? state.ended.payload.value : undefined }
  }
}

/** The forward lane's calls, as the way back sees them. */
export function pastOf(history: History): PastCall[] {
  return callsOf(history)
    .filter(call => call.lane === 'forward')
    .map(({ name, did, is, type, output }) => ({
      name: name.slice('forward/'.length),
      did,
      ...(type === undefined ? {} : { type }),
      is: is === 'stopped' ? 'open' : is,
      ...(output === undefined ? {} : { output }),
    }))
}
