import type { Failure } from '#base/index.ts'

/** A problem within a text: `at` counts characters from the text's start (the decoded text, not the file's). */
export interface ExpressionProblem {
  readonly failure: Failure
  readonly at: number
}
