import { formatDuration } from '#base/index.ts'
import { Approval } from '../../steps/approval.ts'
import { lint } from '../failures.ts'
import { canaryOf, canaryWeights } from '../lint-workflow.ts'
import { aboutStep, type Rule } from '../rule.ts'

/** Nodes are drained within working hours: a question that stands longer than this meets evictions. */
const long = 3_600_000

/** A long question with traffic on a single canary pod. */
export const loneCanary: Rule = workflow =>
  workflow.lanes.flatMap(({ steps }) => {
    const weights = canaryWeights(steps)
    let isLone = false
    return steps.flatMap((step, i) => {
      const canary = canaryOf(step)
      if (canary) isLone = 'count' in canary.instances && canary.instances.count === 1
      const expires = step.type === 'approval' ? (Approval.safeParse(step.input).data?.expires ?? 0) : 0
      const weight = weights[i]
      if (!isLone || !weight || expires <= long) return []
      return [aboutStep(workflow, step, lint.LONE_CANARY({ step: step.name, lasts: formatDuration(expires), weight }))]
    })
  })
