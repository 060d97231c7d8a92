import { Check } from '../../steps/check.ts'
import { RolloutDeployment } from '../../steps/rollout-deployment.ts'
import { lint } from '../failures.ts'
import { reachesCanary, type LintStep } from '../lint-workflow.ts'
import { aboutStep, type Rule } from '../rule.ts'

/** Steps that need the canary, when it is gone. */
export const afterDelete: Rule = workflow =>
  workflow.lanes.flatMap(({ steps }) => {
    let isGone = false
    return steps.flatMap(step => {
      if (step.type === 'canaryDelete') isGone = true
      if (step.type === 'canaryDeployment') isGone = false
      if (!isGone || !needsCanary(step)) return []
      return [aboutStep(workflow, step, lint.AFTER_DELETE({ step: step.name }), { severity: 'error' })]
    })
  })

function needsCanary(step: LintStep): boolean {
  if (reachesCanary(step)) return true
  if (step.type === 'bake') return true
  if (step.type === 'check') return Check.safeParse(step.input).data?.version !== 'stable'
  return step.type === 'rolloutDeployment' && RolloutDeployment.safeParse(step.input).data?.traffic === 'canary'
}
