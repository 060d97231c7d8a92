import { toFailureRecord, type Blame, type FailureRecord } from '#base/index.ts'
import { hanging } from './show/table.ts'
import { withLocalTimes } from './show/time.ts'
import { colours, type Terminal } from './terminal.ts'

/** Exit codes as docs/guide tells them. */
export const exit = { done: 0, returned: 1, input: 2, person: 3, stranded: 4, notStarted: 5, bug: 70 } as const

const byBlame: Readonly<Record<Blame, number>> = { user: exit.input, world: exit.notStarted, bug: exit.bug }

/** Prints a failure as people should read it, and gives its exit code. */
export function tellFailure(error: unknown, terminal: Terminal): number {
  const record = toFailureRecord(error)
  if (terminal.json) terminal.out(JSON.stringify({ failure: record }))
  else terminal.err(failureLines(record, terminal.columns).join('\n'))
  return byBlame[record.blame]
}

/** What happened, what to do, and where to read more. */
export function failureLines(failure: FailureRecord, columns: number): readonly string[] {
  return [...hanging(`${colours.red('✗')} `, withLocalTimes(failure.message), columns), ...cureLines(failure, columns)]
}

/** What to do, the code and, where it is a bug, its place: for a failure whose message stands above already. */
export function cureLines({ code, todo, blame, facts }: FailureRecord, columns: number): readonly string[] {
  const stack = blame === 'bug' && typeof facts['stack'] === 'string' ? [colours.dim(facts['stack'])] : []
  return [
    ...hanging('  what to do: ', todo, columns),
    ...hanging('  ', colours.dim(`code ${code} · docs/failures.md#${code.toLowerCase()}`), columns),
    ...stack,
  ]
}
