import { approve, reject, type AnswerChoice } from '#control-plane/approvals/index.ts'
import { allSteps } from '#model/application/index.ts'
import { reactionText } from './strategy.ts'
import { shownFor, type Shown } from './view/shown.ts'
import { questions, type OpenWait, type Sight } from './view/sight.ts'

/** What a person has answered, to which step, and what follows. */
export function answeredText(sight: Sight, wait: OpenWait, choice: AnswerChoice): string {
  const shown = shownFor(sight, wait.call.name)
  const name = shown ? `"${shown.name}"` : 'the question'
  if (wait.asked.is !== 'approval') return `${name} is answered: ${choice.means}`
  if (choice.name === reject.name) return `${name} is rejected: ${reactionText(shown?.step?.onFailure.do)}`
  return choice.name === approve.name ? `${name} is approved; ${nextText(sight, wait, shown)}` : choice.means
}

/** Whatever else is asked is to be answered first. */
function nextText(sight: Sight, wait: OpenWait, shown: Shown | undefined): string {
  const other = questions(sight.engine.calls).find(({ call }) => call.name !== wait.call.name)
  if (other) return `but the steps stand still until this is answered, too: ${other.asked.says}`
  const steps = sight.definition.workflow.phases.flatMap(phase => allSteps({ ...phase, rollback: [] }))
  const next = steps[steps.findIndex(({ path }) => path === shown?.path) + 1]
  return `next: ${next?.name ?? 'the clean-up'}`
}
