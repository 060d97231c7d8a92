import { lint } from '../failures.ts'
import { splitWeight } from '../lint-workflow.ts'
import { aboutStep, type Rule } from '../rule.ts'

/** All traffic comes to the canary, and the rollout begins at once: nobody has seen the version carry everything while going back is instant. */
export const noBake: Rule = workflow =>
  workflow.lanes.flatMap(({ steps }) =>
    steps.flatMap((step, i) => {
      const before = steps[i - 1]
      if (step.type !== 'rolloutDeployment' || before?.type !== 'trafficSplit' || splitWeight(before) !== 100) return []
      return [aboutStep(workflow, step, lint.NO_BAKE({ step: step.name }))]
    }),
  )
