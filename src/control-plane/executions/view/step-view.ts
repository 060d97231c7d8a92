import type { FailureRecord } from '#base/index.ts'
import type { StepStatus, StepView } from '#protocol/http/index.ts'
import * as names from '../names.ts'
import type { StepEnd } from '../run-step.ts'
import type { Shown } from './shown.ts'
import { callsUnder, iso, openWaits, questions, type Call, type Sight } from './sight.ts'
import { waitingOf } from './waiting.ts'

export function stepView(sight: Sight, { path, name, type, step }: Shown): StepView {
  const calls = callsUnder(sight, path)
  const end = endOf(calls)
  const first = calls[0]
  const status = statusOf(sight, calls, end)
  const over = overAt(sight, path, calls)
  return {
    path,
    name,
    type,
    status,
    attempt: calls.filter(call => call.name.endsWith(`/${names.began}`)).length,
    started: first && iso(first.since),
    ended: over === undefined ? undefined : iso(over),
    says: end?.says ?? saysOf(sight, calls),
    waiting: status === 'running' || status === 'waiting' ? waitingOf(sight, calls, step) : undefined,
    failure: end ? end.failure : lastFailure(calls),
    irreversible: step?.irreversible || undefined,
  }
}

/** How a step stands follows from its calls alone: the record of its end, else what is open in a lane that goes on. */
function statusOf(sight: Sight, calls: readonly Call[], end: StepEnd | undefined): StepStatus {
  const [first] = calls
  if (end) return end.is
  if (!first) return 'pending'
  if (isOver(sight, first.lane)) return 'stopped'
  return questions(calls).length > 0 ? 'waiting' : 'running'
}

function isOver({ engine }: Sight, lane: Call['lane']): boolean {
  return engine.row.endedAt !== undefined || (lane === 'forward' && engine.is === 'returning')
}

/** When a step ended, or was stopped: by the way back, or by the execution's end; undefined while it goes on. */
function overAt(sight: Sight, path: string, calls: readonly Call[]): number | undefined {
  const [first] = calls
  const end = calls.find(call => call.name.endsWith(`/${path}/${names.ended}`))
  if (end || !first || !isOver(sight, first.lane)) return end?.endedAt
  const back = first.lane === 'forward' ? sight.engine.calls.find(call => call.lane === 'back') : undefined
  return back?.since ?? sight.engine.row.endedAt
}

function endOf(calls: readonly Call[]): StepEnd | undefined {
  return calls.find(call => call.did === 'record' && call.name.endsWith(`/${names.ended}`))?.output as StepEnd | undefined
}

function lastFailure(calls: readonly Call[]): FailureRecord | undefined {
  const failed = calls.findLast(call => call.name.endsWith(`/${names.failed}`) || call.is === 'failed')
  return failed?.failure ?? (failed?.output as FailureRecord | undefined)
}

/** The latest word: of the wait, of the delegate, of the last piece of work. */
function saysOf({ engine }: Sight, calls: readonly Call[]): string | undefined {
  const wait = openWaits(calls).findLast(({ call }) => !call.name.endsWith(`/${names.hurry}`))
  if (wait) return wait.asked.is === 'approval' ? `waits for ${wait.call.wait?.for}` : wait.asked.says
  const open = calls.findLast(call => call.did === 'task' && call.is === 'open')
  const progress = open && engine.tasks.find(task => task.name === open.name)?.progress
  if (progress) return progress.says
  const done = calls.findLast(call => call.did === 'task' && call.is === 'done')
  return (done?.output as { readonly says?: string } | undefined)?.says
}
