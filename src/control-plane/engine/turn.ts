import type { Entry } from './journal.ts'
import type { Message, Supersede } from './store.ts'

/**
 * The wait with which an execution begins that was started behind others. It is written together with the execution and answered in the
 * transaction in which the last of the others ends, so that no end can be missed. Never changes once released.
 */
export const turnName = 'forward/around/turn/wait'

/** The second event of an execution that has to wait for these others. */
export function turnEntry({ wait }: Supersede, behind: readonly string[]): Entry {
  return { name: turnName, kind: 'waiting', payload: { ...wait, for: `${executionsText(behind)} ${wait.for}` } }
}

/** What the one in front is told. */
export function supersededBy(execution: string, { by, why }: Supersede): Message {
  return {
    is: 'abort',
    now: false,
    why: `superseded by execution ${execution}${why ? `, ${why}` : ''}`,
    ...(by === undefined ? {} : { by }),
  }
}

/** What the one behind is told. */
export const turnHasCome: Extract<Message, { is: 'answer' }> = { is: 'answer', name: turnName, payload: {} }

function executionsText(ids: readonly string[]): string {
  return `${ids.length === 1 ? 'execution' : 'executions'} ${ids.join(' and ')}`
}
