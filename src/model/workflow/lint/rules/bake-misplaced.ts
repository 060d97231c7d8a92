import { lint } from '../failures.ts'
import { canaryWeights } from '../lint-workflow.ts'
import { aboutStep, type Rule } from '../rule.ts'

/** A bake that does not show what it is for: all users on the new version, while going back is still a change of the route. */
export const bakeMisplaced: Rule = workflow =>
  workflow.lanes.flatMap(({ steps }) => {
    const weights = canaryWeights(steps)
    const rollout = steps.findIndex(each => each.type === 'rolloutDeployment')
    return steps.flatMap((step, i) => {
      const weight = weights[i]
      if (step.type !== 'bake') return []
      if (rollout >= 0 && i > rollout) return [aboutStep(workflow, step, lint.BAKE_LATE({ step: step.name }))]
      return weight === undefined || weight === 100 ? [] : [aboutStep(workflow, step, lint.BAKE_PARTIAL({ step: step.name, weight }))]
    })
  })
