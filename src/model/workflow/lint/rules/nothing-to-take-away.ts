import { HeaderRoute } from '../../steps/header-route.ts'
import { Mirror } from '../../steps/mirror.ts'
import { lint } from '../failures.ts'
import type { LintStep } from '../lint-workflow.ts'
import { aboutStep, type Rule } from '../rule.ts'

/** A header route or a mirror that is taken away, and that no step before has set: a name is misspelt, or a step has gone. */
export const nothingToTakeAway: Rule = workflow =>
  workflow.lanes.flatMap(({ steps }) =>
    steps
      .filter((step, i) => takesAway(step) && !steps.slice(0, i).some(earlier => isSetting(earlier, step)))
      .map(step => aboutStep(workflow, step, lint.NOTHING_TO_TAKE_AWAY({ step: step.name }))),
  )

function takesAway({ type, input }: LintStep): boolean {
  if (type === 'headerRoute') return HeaderRoute.safeParse(input).data?.match.length === 0
  return type === 'mirror' && Mirror.safeParse(input).data?.percentage === 0
}

/** What only the run knows may be it. */
function isSetting(earlier: LintStep, step: LintStep): boolean {
  if (earlier.type !== step.type || takesAway(earlier)) return false
  const [before, after] = [earlier, step].map(({ input }) => HeaderRoute.safeParse(input).data)
  return before === undefined || after === undefined || before.name === after.name
}
