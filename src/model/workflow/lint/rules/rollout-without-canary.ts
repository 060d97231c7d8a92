import { lint } from '../failures.ts'
import { aboutStep, type Rule } from '../rule.ts'

/** A canary workflow that rolls out what no canary has tried. */
export const rolloutWithoutCanary: Rule = workflow =>
  workflow.strategy !== 'canary'
    ? []
    : workflow.lanes.flatMap(({ steps }) => {
        const canary = steps.findIndex(each => each.type === 'canaryDeployment')
        return steps
          .filter((step, i) => step.type === 'rolloutDeployment' && (canary < 0 || i < canary))
          .map(step => aboutStep(workflow, step, lint.ROLLOUT_WITHOUT_CANARY({ step: step.name })))
      })
