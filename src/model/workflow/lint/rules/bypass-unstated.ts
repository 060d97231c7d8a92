import { lint } from '../failures.ts'
import { movesTraffic } from '../../strategy.ts'
import { specField } from '../lint-workflow.ts'
import type { Rule } from '../rule.ts'

/** Production must say what becomes of callers that the route does not see. */
export const bypassUnstated: Rule = ({ lanes, strategy }) =>
  lanes.flatMap(({ environment }) => {
    // Nothing is managed where nothing is moved.
    if (!movesTraffic(strategy)) return []
    if (!environment || specField(environment, 'production') !== true || specField(environment, 'bypass') !== undefined) return []
    const failure = lint.BYPASS_UNSTATED({ environment: environment.name })
    return [{ failure, source: environment, at: ['spec', 'production'], severity: 'warning' }]
  })
