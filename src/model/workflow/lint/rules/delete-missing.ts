import { lint } from '../failures.ts'
import { aboutStep, type Rule } from '../rule.ts'

/** A canary that no step deletes. */
export const deleteMissing: Rule = workflow =>
  workflow.lanes.flatMap(({ steps }) => {
    const canary = steps.find(each => each.type === 'canaryDeployment')
    if (!canary || steps.some(each => each.type === 'canaryDelete')) return []
    return [aboutStep(workflow, canary, lint.DELETE_MISSING({ workflow: workflow.source.title }))]
  })
