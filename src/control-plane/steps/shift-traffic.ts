import { formatDuration } from '#base/index.ts'
import { stageGoal } from '#model/application/index.ts'
import { ShiftTraffic } from '#model/workflow/index.ts'
import { measureAndJudge } from './check.ts'
import { defineStep, done } from './step.ts'
import { checkName } from './traffic-split.ts'
import { passTime } from './wait.ts'

/**
 * Takes the canary up a ramp: every stage is reached, held, and checked before the next one. A further attempt goes on at the share that
 * the former ones reached: users are not sent back to the old version only to come again.
 */
export const shiftTraffic = defineStep({
  type: 'shiftTraffic',
  input: ShiftTraffic,
  needsTraffic: true,

  async run(step, { virtualService, stages, hold, check }) {
    await checkName(step, virtualService)
    const left = stages.filter(share => share >= step.reachedShare)
    for (const [i, share] of left.entries()) {
      await step.goal(`to-${share}`, stageGoal(share, step.fixed))
      const after = left[i + 1]
      const next = after === undefined ? 'the next step' : `${after} %`
      const says = `${formatDuration(hold)} to pass with ${share} % on the canary`
      if (hold > 0) await passTime(step.run, `hold-${share}`, { for: hold, says, next: check ? `a check, then ${next}` : next })
      if (check) await measureAndJudge(step, check, `check-${share}/`)
    }
    return done(`${stages.at(-1)} % on the canary, after ${left.length === 1 ? 'one stage' : `${left.length} stages`}`)
  },
})
