import type { Problem } from '#base/index.ts'

const codes = new Set(['SL-WORKFLOW-NO-INFRASTRUCTURE', 'SL-WORKFLOW-VARIABLE-MISSING', 'SL-EXPRESSIONS-NO-VALUE'])

/** Whether a problem of a resolution lies in what the run brings, and not in the documents. */
export function isOnlyOfThisRun(problem: Problem): boolean {
  return codes.has(problem.code)
}
