import { toFailureRecord, type Blame, type FailureRecord } from '#base/index.ts'
import { colours, type Terminal } from './terminal.ts'

/** Exit codes as docs/guide tells them. */
export const exit = { done: 0, returned: 1, input: 2, person: 3, stranded: 4, notStarted: 5, bug: 70 } as const

const byBlame: Readonly<Record<Blame, number>> = { user: exit.input, world: exit.notStarted, bug: exit.bug }

/** Prints a failure as people should read it, and gives its exit code. */
export function tellFailure(error: unknown, terminal: Terminal): number {
  const record = toFailureRecord(error)
  if (terminal.json) terminal.out(JSON.stringify({ failure: record }))
  else terminal.err(failureText(record))
  return byBlame[record.blame]
}

export function failureText({ code, message, todo, blame, facts }: FailureRecord): string {
  const lines = [`${colours.red('✗')} ${message}`, `  what to do: ${todo}`, colours.dim(`  code ${code} · docs/failures.md#${code}`)]
  const stack = blame === 'bug' && typeof facts['stack'] === 'string' ? [colours.dim(facts['stack'])] : []
  return [...lines, ...stack].join('\n')
}
