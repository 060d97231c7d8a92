import { lint } from '../failures.ts'
import { canaryWeights, sayPlace } from '../lint-workflow.ts'
import { aboutStep, type Rule } from '../rule.ts'

/** A Canary Delete before the traffic has left the canary: it must move the traffic first, back to the old version. */
export const earlyDelete: Rule = workflow =>
  workflow.lanes.flatMap(({ steps }) => {
    const weights = canaryWeights(steps)
    return steps.flatMap((step, i) => {
      const weight = weights[i]
      if (step.type !== 'canaryDelete' || !weight) return []
      const rollout = steps.slice(i).find(each => each.type === 'rolloutDeployment')
      const wrapUp = rollout && { ...rollout, section: 'wrapUp' }
      const todo = wrapUp && `move it behind ${rollout.name} (${sayPlace(wrapUp)})`
      return [aboutStep(workflow, step, lint.EARLY_DELETE({ step: step.name, weight }), { ...(todo && { todo }) })]
    })
  })
