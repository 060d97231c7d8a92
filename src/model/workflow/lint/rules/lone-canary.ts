import { formatDuration } from '#base/index.ts'
import { stepType } from '../../steps/index.ts'
import { lint } from '../failures.ts'
import { canaryOf, canaryWeights, splitsTraffic, splitWeight } from '../lint-workflow.ts'
import { aboutStep, type Rule } from '../rule.ts'

/** Nodes are drained within working hours: what stands longer than this meets evictions. */
const long = 3_600_000

/** A long question, bake or wait with traffic on a single canary pod. */
export const loneCanary: Rule = workflow =>
  workflow.lanes.flatMap(({ steps }) => {
    const weights = canaryWeights(steps)
    let isLone = false
    return steps.flatMap((step, i) => {
      const canary = canaryOf(step)
      if (canary) isLone = 'count' in canary.instances && canary.instances.count === 1
      const lasts = step.input === undefined ? 0 : (stepType(step.type)?.lasts?.(step.input) ?? 0)
      const weight = splitsTraffic(step) ? splitWeight(step) : weights[i]
      if (!isLone || !weight || lasts <= long) return []
      return [aboutStep(workflow, step, lint.LONE_CANARY({ step: step.name, lasts: formatDuration(lasts), weight }))]
    })
  })
