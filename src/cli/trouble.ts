import type { HostView } from '#protocol/http/index.ts'
import { failureLines } from './exit.ts'
import { clockTime } from './show/time.ts'
import type { Terminal } from './terminal.ts'

/** Why no execution goes on at the moment, where the host knows that: what an execution waits for is not it. */
export function tellTrouble({ trouble }: HostView, terminal: Terminal): void {
  if (trouble === undefined || terminal.json) return
  const { failure, since } = trouble
  const message = `Every execution stands still since ${clockTime(since)}. ${failure.message}`
  terminal.err(failureLines({ ...failure, message }, terminal.columns).join('\n'))
}
