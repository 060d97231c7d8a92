import { formatDuration } from '#base/index.ts'
import { Approval } from '../../steps/approval.ts'
import { isMapping } from '../../written/leaf.ts'
import { lint } from '../failures.ts'
import { aboutStep, type Rule } from '../rule.ts'

/** An approval that leaves its deadline to the default, which nobody who waits for it sees. */
export const expiryUnstated: Rule = workflow =>
  [...workflow.steps, ...workflow.rollback].flatMap(step => {
    const written = step.written['approval']
    const input = Approval.safeParse(step.input).data
    if (step.type !== 'approval' || !input || (isMapping(written) && 'expires' in written)) return []
    return [aboutStep(workflow, step, lint.EXPIRY_UNSTATED({ step: step.name, by: formatDuration(input.expires) }))]
  })
