import { lint } from '../failures.ts'
import { specField } from '../lint-workflow.ts'
import type { Rule } from '../rule.ts'

/** The infrastructure's selectors hold for every step: a step that adds its own may find no delegate. */
export const stepSelectors: Rule = ({ source, lanes }) =>
  lanes.flatMap(({ steps, infrastructure }) => {
    const selectors = specField(infrastructure, 'delegates')
    if (!infrastructure || !Array.isArray(selectors) || selectors.length === 0) return []
    return steps
      .filter(step => step.written['delegates'] !== undefined)
      .map(step => ({
        failure: lint.STEP_SELECTORS({ step: step.name, infrastructure: infrastructure.name }),
        source,
        at: [...step.at, 'delegates'],
        on: 'key',
        severity: 'warning',
      }))
  })
