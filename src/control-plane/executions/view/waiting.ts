import type { ResolvedStep } from '#model/workflow/index.ts'
import { inspectRelease, type Waiting } from '#protocol/index.ts'
import { reactionText } from '../strategy.ts'
import { askedInstead, irreversibleStep } from './irreversible.ts'
import { iso, openWaits, type Call, type Sight } from './sight.ts'

/** Why a step waits: its open wait, else what the delegate tells of its open task. All four parts are always there. */
export function waitingOf(sight: Sight, calls: readonly Call[], step?: ResolvedStep): Waiting | undefined {
  const [wait] = openWaits(calls).filter(({ call }) => !call.name.endsWith('/hurry'))
  if (wait) return waitingFor(sight, wait.call)
  const task = calls.findLast(call => call.did === 'task' && call.is === 'open')
  return task && taskWaiting(sight, task, step)
}

/** What watches have to tell of the pods that users are on stands behind it: whoever is asked should know before they answer. */
export function waitingFor(sight: Sight, { since, until, wait }: Call): Waiting {
  const what = [wait?.for ?? 'an answer', ...toldByWatches(sight)].join('; meanwhile ')
  return { for: what, since: iso(since), until: iso(until ?? since), next: wait?.next ?? '' }
}

function toldByWatches({ engine }: Sight): readonly string[] {
  return engine.tasks.flatMap(({ name, progress }) => (name.startsWith('watch/') && progress?.says ? [progress.says] : []))
}

function taskWaiting(sight: Sight, call: Call, step: ResolvedStep | undefined): Waiting | undefined {
  if (call.until === undefined) return undefined
  const row = sight.engine.tasks.find(task => task.name === call.name)
  const own = row?.progress?.waiting
  if (own && endsByItself(Date.parse(own.until), call.until, sight.now)) return own
  const what = row?.status === 'queued' ? delegateText(row.selectors) : (row?.progress?.says ?? 'the delegate')
  return {
    for: what,
    since: iso(call.since),
    until: iso(call.until),
    next: step ? nextText(step, irreversibleStep(sight) !== undefined) : nextAround(call),
  }
}

/** Unless the step's own time is over before; or its time has passed and nobody has followed it up (the delegate may be gone): then that end counts. */
function endsByItself(until: number, deadline: number, now: number): boolean {
  return now <= until && until <= deadline
}

function delegateText(selectors: readonly string[]): string {
  return selectors.length > 0 ? `a delegate that has ${selectors.join(', ')}` : 'a delegate'
}

/** What the end of its time leads to, for what Sluice does around the steps. */
function nextAround({ type }: Call): string {
  return type === inspectRelease.type ? 'the run is refused, and nothing was written' : 'tries again'
}

/** What a step's failure leads to, in words. */
function nextText({ onFailure }: ResolvedStep, irreversible: boolean): string {
  if (onFailure.retry.times > 0) return 'tries again'
  return onFailure.hold || (irreversible && onFailure.do !== 'ignore') ? askedInstead : reactionText(onFailure.do)
}
