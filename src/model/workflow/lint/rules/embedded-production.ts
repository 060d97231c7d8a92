import { lint } from '../failures.ts'
import { movesTraffic } from '../../strategy.ts'
import { specField } from '../lint-workflow.ts'
import type { Rule } from '../rule.ts'

/** Production from one person's machine. */
export const embeddedProduction: Rule = ({ source, lanes, strategy }, { embedded = false }) => {
  const environment = lanes.map(each => each.environment).find(each => specField(each, 'production') === true)
  if (!embedded || !environment) return []
  const meanwhile = movesTraffic(strategy) ? 'nobody watches the split' : 'the run stands still'
  const failure = lint.EMBEDDED_PRODUCTION({ workflow: source.title, environment: environment.name, meanwhile })
  return [{ failure, source: environment, at: ['spec', 'production'], severity: 'warning' }]
}
