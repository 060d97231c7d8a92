import type { Failure, Problem } from '#base/index.ts'
import type { TreePath } from '#model/expressions/index.ts'
import type { Source } from '../documents/source.ts'
import type { LintSetting, LintStep, LintWorkflow } from './lint-workflow.ts'

/** Something that is allowed, and hardly meant. */
export interface Finding {
  readonly failure: Failure
  readonly source: Source
  readonly at: TreePath
  /** The caret points at the key, where the key is what should change. */
  readonly on?: 'key' | 'value'
  readonly severity: Problem['severity']
  /** What to do here, where that says more than the failure's own cure. */
  readonly todo?: string
}

export type Rule = (workflow: LintWorkflow, setting: LintSetting) => readonly Finding[]

/** A finding about a step: the caret points at its type. */
export function aboutStep(
  { source }: LintWorkflow,
  step: LintStep,
  failure: Failure,
  more: { readonly severity?: Problem['severity']; readonly todo?: string } = {},
): Finding {
  return { failure, source, at: [...step.at, step.type], on: 'key', severity: 'warning', ...more }
}
