import { lint } from '../failures.ts'
import { aboutStep, type Rule } from '../rule.ts'

/** A canary that never becomes the version of everybody. */
export const rolloutMissing: Rule = workflow =>
  workflow.lanes.flatMap(({ steps }) => {
    const canary = steps.find(each => each.type === 'canaryDeployment')
    if (!canary || steps.some(each => each.type === 'rolloutDeployment')) return []
    return [aboutStep(workflow, canary, lint.ROLLOUT_MISSING({ workflow: workflow.source.title }))]
  })
