import { lint } from '../failures.ts'
import { reachesCanary } from '../lint-workflow.ts'
import { aboutStep, type Rule } from '../rule.ts'

/** Traffic for a canary that is not there: the run would refuse it. */
export const splitBeforeCanary: Rule = workflow =>
  workflow.strategy !== 'canary' && workflow.strategy !== 'blueGreen'
    ? []
    : workflow.lanes.flatMap(({ steps }) => {
        const canary = steps.findIndex(each => each.type === 'canaryDeployment' || each.type === 'stageDeployment')
        return steps
          .filter((step, i) => (canary < 0 || i < canary) && reachesCanary(step))
          .map(step => aboutStep(workflow, step, lint.SPLIT_BEFORE_CANARY({ step: step.name }), { severity: 'error' }))
      })
