import { lint } from '../failures.ts'
import { specField } from '../lint-workflow.ts'
import type { Rule } from '../rule.ts'

/** Production from one person's machine. */
export const embeddedProduction: Rule = ({ source, lanes }, { embedded = false }) => {
  const environment = lanes.map(each => each.environment).find(each => specField(each, 'production') === true)
  if (!embedded || !environment) return []
  const failure = lint.EMBEDDED_PRODUCTION({ workflow: source.title, environment: environment.name })
  return [{ failure, source: environment, at: ['spec', 'production'], severity: 'warning' }]
}
