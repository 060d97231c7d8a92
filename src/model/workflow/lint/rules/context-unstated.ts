import { isMapping } from '../../written/leaf.ts'
import { lint } from '../failures.ts'
import { specField } from '../lint-workflow.ts'
import type { Rule } from '../rule.ts'

/** Production on whatever cluster is the kubeconfig's present one. */
export const contextUnstated: Rule = ({ lanes }) =>
  lanes.flatMap(({ infrastructure, environment }) => {
    const cluster = specField(infrastructure, 'cluster')
    if (!infrastructure || specField(environment, 'production') !== true || !isMapping(cluster)) return []
    if (cluster['context'] !== undefined || cluster['inCluster'] === true) return []
    const failure = lint.CONTEXT_UNSTATED({ infrastructure: infrastructure.name })
    return [{ failure, source: infrastructure, at: ['spec', 'cluster'], severity: 'warning' }]
  })
