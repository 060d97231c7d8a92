import type { Failure, Place } from './failure.ts'

/**
 * Something wrong in a person's files. Problems are collected, so that all of them are told at once; a Failure is one thing that stops us.
 * `code` is `SL-AREA-NAME` as with failures, and stands in docs/failures.md too.
 */
export interface Problem {
  readonly severity: 'error' | 'warning'
  readonly code: string
  /** Begins with the thing and its full name, then the fact. */
  readonly message: string
  /** What to do, in a few words: shown under the caret. */
  readonly todo: string
  readonly place?: Place
}

/** A failure told as a problem: so that the problems of a folder are declared in its table of failures, with code and cure. */
export function problemOf(failure: Failure, place?: Place, severity: Problem['severity'] = 'error'): Problem {
  const { code, message, todo } = failure
  return { severity, code, message, todo, ...(place && { place }) }
}

/**
 * Shows a problem as people see it: place, severity, code, message, then the line with a caret and the cure.
 * `text` is the file's text, where it is at hand.
 */
export function showProblem(problem: Problem, text?: string): string {
  const { severity, code, message, todo, place } = problem
  const head = `${place ? `${place.file}:${place.line}:${place.column}  ` : ''}${severity}  ${code}  ${message}`
  const line = place && text?.split(/\r?\n/)[place.line - 1]
  if (!place || line === undefined) return `${head}\n    ${todo}`
  const number = String(place.line)
  return `${head}\n   ${number} | ${line}\n   ${' '.repeat(number.length)} | ${' '.repeat(place.column - 1)}^ ${todo}`
}
