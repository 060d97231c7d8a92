import { callsOf, type Call } from './calls.ts'
import { causeOf, isOpen, newHistory, type History } from './history.ts'
import { saidOf, type Cause, type JournalEvent, type Said } from './journal.ts'
import type { ExecutionRow, FinalStatus, TaskRow } from './store.ts'

/** An execution, as people see it. Computed from its journal, and from the queue for what is under way. */
export interface ExecutionView {
  readonly row: ExecutionRow
  /** `returning`: the way back runs. `failed`: the way back failed, users may need a person. */
  readonly is: 'running' | 'paused' | 'returning' | FinalStatus
  /** Why the way back started, once it has. */
  readonly cause: Cause | undefined
  /** What the lane that ended the execution returned. */
  readonly output: unknown
  /** In the order in which they began; records and ended calls included. */
  readonly calls: readonly Call[]
  readonly pauses: readonly (Said & { readonly holder: string; readonly since: number; readonly until: number })[]
  /** Queued or at a delegate, with what they tell; `name` is the call's. */
  readonly tasks: readonly TaskRow[]
}

/** The view from an execution's row, its events and its open tasks. */
export function viewOf(row: ExecutionRow, events: readonly JournalEvent[], tasks: readonly TaskRow[]): ExecutionView {
  const history = newHistory(row.id)
  for (const event of events) history.add(event)
  return {
    row,
    is: standing(row, history),
    cause: causeOf(history),
    output: outputOf(history),
    calls: callsOf(history),
    pauses: [...history.pauses].map(([holder, { at, payload }]) => ({
      ...saidOf(payload),
      holder,
      since: at,
      until: at + payload.deadline,
    })),
    tasks,
  }
}

function standing(row: ExecutionRow, history: History): ExecutionView['is'] {
  if (row.status !== 'running' && row.status !== 'waiting') return row.status
  if (!isOpen(history.names.get('forward'))) return 'returning'
  return history.pauses.size > 0 ? 'paused' : 'running'
}

function outputOf(history: History): unknown {
  const last = history.names.get('back') ?? history.names.get('forward')
  return last?.is === 'ended' && last.ended.kind === 'succeeded' ? last.ended.payload.output : undefined
}
