import { sleep, type Clock } from '#base/index.ts'
import type { HostView } from '#protocol/http/index.ts'
import { failureLines } from './exit.ts'
import type { HostClient } from './host-client/index.ts'
import { clockTime } from './show/time.ts'
import type { Terminal } from './terminal.ts'

/** What a host says of trouble: nothing where there is none. */
export type Troubled = Pick<HostView, 'trouble'>

/** Why no execution goes on at the moment, where the host knows that: what an execution waits for is not it. */
export function troubleLines({ trouble }: Troubled, columns: number): readonly string[] {
  if (trouble === undefined) return []
  const { failure, since } = trouble
  const message = `Every execution stands still since ${clockTime(since)}. ${failure.message}`
  return failureLines({ ...failure, message }, columns)
}

export function tellTrouble(about: Troubled, terminal: Terminal): void {
  const lines = terminal.json ? [] : troubleLines(about, terminal.columns)
  if (lines.length > 0) terminal.err(lines.join('\n'))
}

/** Milliseconds between two questions: an execution that stands still sends nothing, and a person looks for a reason after a few seconds. */
const between = 3_000

/** Asks a host for trouble now and every few seconds, and tells each answer, until the signal. One that does not answer says nothing. */
export async function watchTrouble(
  host: Pick<HostClient, 'host'>,
  tell: (about: Troubled) => void,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const about = await host.host(signal).catch(() => undefined)
    if (about && !signal.aborted) tell(about)
    await sleep(clock, between, signal).catch(() => undefined)
  }
}
