import type { ExecutionStarted } from '#protocol/http/index.ts'
import { exit } from './exit.ts'
import { follow } from './follow.ts'
import type { Terminal } from './terminal.ts'

/** How a command that starts a run shows it. */
export interface ShownRun {
  readonly detach?: boolean
  readonly waitForApproval?: boolean
}

/** Says who goes back first, where somebody does; then shows the run until it ends, or prints its name. */
export function showStarted({ id, behind = [] }: ExecutionStarted, options: ShownRun, terminal: Terminal): Promise<number> {
  if (behind.length > 0 && !terminal.json) terminal.err(`${id}: ${behind.join(' and ')} ${behind.length === 1 ? 'goes' : 'go'} back first`)
  if (!options.detach) return follow(id, { waitForPeople: options.waitForApproval === true || terminal.live }, terminal)
  terminal.out(terminal.json ? JSON.stringify({ execution: id }) : id)
  return Promise.resolve(exit.done)
}
