import type { FailureRecord } from '#base/index.ts'
import { changeObjects, reachGoal } from '#protocol/index.ts'
import type { ExecutionStatus, ExitCode } from '#protocol/http/index.ts'
import { executions } from '../failures.ts'
import * as names from '../names.ts'
import type { Found } from '../watch.ts'
import { questions, type Sight } from './sight.ts'

/** What the table below is read with. */
interface Facts {
  readonly engine: Sight['engine']['is']
  readonly touched: boolean
  readonly asks: boolean
  /** The way back has taken longer than it should. */
  readonly overdue: boolean
  readonly aborted: boolean
  readonly blame: FailureRecord['blame'] | undefined
}

interface Standing {
  readonly status: ExecutionStatus
  readonly exit?: ExitCode
}

interface Row extends Standing {
  readonly engine: Facts['engine']
  readonly when?: (facts: Facts) => boolean
}

const refused = (blame: Facts['blame']) => (facts: Facts) => !facts.touched && !facts.aborted && facts.blame === blame

/** How an execution stands, and the exit code that follows. The first row that holds counts. */
const table: readonly Row[] = [
  { engine: 'succeeded', status: 'done', exit: 0 },
  { engine: 'returned', when: refused('user'), status: 'refused', exit: 2 },
  { engine: 'returned', when: refused('world'), status: 'refused', exit: 5 },
  { engine: 'returned', when: refused('bug'), status: 'broken', exit: 70 },
  { engine: 'returned', status: 'returned', exit: 1 },
  { engine: 'failed', when: facts => facts.blame === 'bug', status: 'broken', exit: 70 },
  { engine: 'failed', status: 'stranded', exit: 4 },
  { engine: 'returning', when: facts => facts.asks, status: 'waiting', exit: 3 },
  { engine: 'returning', when: facts => facts.overdue, status: 'stranded', exit: 4 },
  { engine: 'returning', status: 'returning' },
  { engine: 'paused', when: facts => facts.asks, status: 'waiting', exit: 3 },
  { engine: 'paused', status: 'paused', exit: 3 },
  { engine: 'running', when: facts => facts.asks, status: 'waiting', exit: 3 },
  { engine: 'running', status: 'running' },
]

/** An hour: what a way back takes with slow pods and long drains fits in; after it somebody should look, while it goes on trying. */
export const wayBackDeadline = 3_600_000

export function standingOf(sight: Sight): Standing {
  const { engine, now } = sight
  const facts: Facts = {
    engine: engine.is,
    touched: isTouched(sight),
    asks: questions(engine.calls).length > 0,
    overdue: now - (backBegan(sight) ?? now) > wayBackDeadline,
    aborted: engine.cause?.is === 'aborted',
    blame: failureOf(sight)?.blame,
  }
  const row = table.find(each => each.engine === facts.engine && (each.when?.(facts) ?? true))
  if (!row) throw new Error(`execution ${engine.row.id}: no row for ${JSON.stringify(facts)}`)
  return row
}

/** A goal was set: something may have been written. */
export function isTouched({ engine }: Sight): boolean {
  return engine.calls.some(({ type }) => type === reachGoal.type || type === changeObjects.type)
}

/** Since when the way back is under way: from its start, or from the answer to the question whether to go back at all. */
export function backBegan({ events }: Sight): number | undefined {
  const asked = `back/${names.first}/`
  return events.findLast(({ name, kind }) => (name === 'back' && kind === 'started') || (name.startsWith(asked) && kind === 'delivered'))
    ?.at
}

/** Why it did not end well: the way back's own failure, else what started the way back. */
export function failureOf(sight: Sight): FailureRecord | undefined {
  const failed = sight.events.find(event => event.name === 'back' && event.kind === 'failed')
  return failed?.kind === 'failed' ? failed.payload.failure : reasonOf(sight)
}

/** What started the way back. */
export function reasonOf({ engine: { cause, row } }: Sight): FailureRecord | undefined {
  switch (cause?.is) {
    case undefined:
      return undefined
    case 'failed':
      return cause.failure
    case 'aborted':
      return executions.ABORTED({ execution: row.id, by: cause.by ?? 'somebody', why: cause.why ?? '' }).record()
    case 'pauseExpired':
      return executions.PAUSE_EXPIRED({ execution: row.id, why: cause.why ?? '' }).record()
    case 'found':
      return foundFailure(row.id, cause.found)
  }
}

/** A watch has found something, or has failed itself. */
function foundFailure(execution: string, found: unknown): FailureRecord {
  const seen = found as Partial<Found & FailureRecord>
  if (seen.code !== undefined) return found as FailureRecord
  const { loop, says = '', owner = '', rule = '' } = seen
  if (loop !== undefined) return executions.DRIFT_LOOP({ execution, manager: loop, says, owner, rule }).record()
  if (seen.found === 'drift') return executions.DRIFT({ execution, says }).record()
  return executions.FOUND({ execution, says: seen.says ?? 'users are in danger' }).record()
}
