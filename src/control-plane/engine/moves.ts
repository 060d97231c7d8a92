import type { FailureRecord } from '#base/index.ts'
import { engine } from './failures.ts'
import { isOpen, laneOf, openLanes, type History } from './history.ts'
import { saidOf, type Cause, type Entry, type LaneName } from './journal.ts'
import type { Batch, InboxRow, Message, News } from './store.ts'

/** How a lane's function ended. */
export type LaneEnd = { readonly is: 'returned'; readonly output: unknown } | { readonly is: 'threw'; readonly failure: FailureRecord }

/** What to write when news have come: results of tasks, and the oldest message. What else there is, is read again afterwards. */
export function onNews(history: History, { tasks, inbox: [message] }: News): Batch {
  const results = tasks
    .filter(({ name }) => history.names.get(name)?.is === 'task')
    .map(({ name, result }): Entry =>
      result.is === 'succeeded'
        ? { name, kind: 'succeeded', payload: { output: result.output } }
        : { name, kind: 'failed', payload: { failure: result.failure } },
    )
  if (!message) return { entries: results }
  const heard = onMessage(history, message)
  return { ...heard, entries: [...results, ...heard.entries], read: [message.id] }
}

function onMessage(history: History, { id, message }: InboxRow): Batch {
  if (message.is === 'answer') return onAnswer(history, id, message)
  const name = `command/${id}`
  const said = saidOf(message)
  const forward = isOpen(history.names.get('forward'))
  if (message.is === 'abort' && forward) {
    const { entries, cancel } = wayBack(history, { is: 'aborted', ...said, now: message.now })
    return { entries: [{ name, kind: 'aborted', payload: { ...said, now: message.now } }, ...entries], cancel }
  }
  if (message.is === 'pause' && forward) return { entries: [{ name, kind: 'paused', payload: { ...said, deadline: message.deadline } }] }
  if (message.is === 'resume' && forward && history.pauses.has('people')) return { entries: [{ name, kind: 'resumed', payload: said }] }
  return { entries: [{ name, kind: 'ignored', payload: { ...said, command: message.is } }] }
}

function onAnswer(history: History, id: number, { name, payload, ...rest }: Extract<Message, { is: 'answer' }>): Batch {
  const open = history.names.get(name)?.is === 'wait' && isOpen(history.names.get(laneOf(name)))
  if (open) return { entries: [{ name, kind: 'delivered', payload: { ...saidOf(rest), payload } }] }
  return { entries: [{ name: `command/${id}`, kind: 'ignored', payload: { ...saidOf(rest), command: `answer ${name}` } }] }
}

/** What is told of a task whose time is over: what it waited for, and for how long the engine has been open, in milliseconds. */
export interface Overdue {
  readonly lastWord: string | undefined
  readonly openFor: number
}

/** What to write when a call's or a pause's time is over; undefined where it is too late for that. */
export function onDeadline(history: History, name: string, { lastWord = '', openFor }: Overdue): Batch | undefined {
  const state = history.names.get(name)
  const pause = [...history.pauses.values()].find(event => event.name === name)
  if (pause) return { ...wayBack(history, { is: 'pauseExpired', ...saidOf(pause.payload) }), unlessNews: true }
  if (state?.is === 'sleep') return { entries: [{ name, kind: 'slept', payload: {} }] }
  if (state?.is === 'wait') return { entries: [{ name, kind: 'expired', payload: {} }], unlessNews: true }
  if (state?.is !== 'task') return undefined
  const { type, selectors, timeout } = state.began.payload
  const facts = { execution: history.execution, name, type, selectors, milliseconds: timeout ?? 0, lastWord, openFor }
  const failure = engine.TASK_TIMEOUT(facts).record()
  return { entries: [{ name, kind: 'failed', payload: { failure } }], unlessNews: true }
}

/** What to write when a lane's function has returned or thrown; undefined where the lane has been ended meanwhile. */
export function onLaneEnd(history: History, lane: LaneName, end: LaneEnd): Batch | undefined {
  if (!isOpen(history.names.get(lane))) return undefined
  const ending: Entry =
    end.is === 'returned'
      ? { name: lane, kind: 'succeeded', payload: { output: end.output } }
      : { name: lane, kind: 'failed', payload: { failure: end.failure } }
  if (lane === 'back') return { entries: [ending], finish: end.is === 'returned' ? 'returned' : 'failed', unlessNews: true }
  if (lane === 'forward') {
    if (end.is === 'returned') return { entries: [ending, ...stopWatches(history)], finish: 'succeeded', unlessNews: true }
    return wayBack(history, { is: 'failed', failure: end.failure }, ending)
  }
  if (end.is === 'returned' && end.output === undefined) return { entries: [ending], cancel: [`${lane}/`] }
  const found = end.is === 'returned' ? end.output : end.failure
  return wayBack(history, { is: 'found', watch: lane.slice('watch/'.length), found }, ending)
}

/** Ends forward and watches, and starts the way back. `ending` is what already ends one of these lanes. */
function wayBack(
  history: History,
  cause: Cause,
  ending?: Entry,
): { readonly entries: readonly Entry[]; readonly cancel: readonly string[] } {
  const stopped = ['forward' as const, ...watchesOf(history)].filter(lane => lane !== ending?.name && isOpen(history.names.get(lane)))
  const stops = stopped.map((name): Entry => ({ name, kind: 'stopped', payload: { cause } }))
  const start: Entry = { name: 'back', kind: 'started', payload: { cause } }
  return { entries: [...(ending ? [ending] : []), ...stops, start], cancel: ['forward/', 'watch/'] }
}

function watchesOf(history: History): LaneName[] {
  return openLanes(history).filter(lane => lane.startsWith('watch/'))
}

function stopWatches(history: History): Entry[] {
  return watchesOf(history).map(name => ({ name, kind: 'stopped', payload: {} }))
}
