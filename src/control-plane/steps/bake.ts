import { formatDuration } from '#base/index.ts'
import { Bake, bakeRounds } from '#model/workflow/index.ts'
import { measureAndJudge } from './check.ts'
import { defineStep, done } from './step.ts'
import { cutShort, passTime } from './wait.ts'

/** Leaves the split as it is for a while: the watch stands, and checks look again and again. What is bad ends it at once. */
export const bake = defineStep({
  type: 'bake',
  input: Bake,
  needsTraffic: true,

  async run(step, input) {
    const rounds = bakeRounds(input)
    const whole = formatDuration(input.for)
    for (const [i, { hold }] of rounds.entries()) {
      const which = rounds.length > 1 ? `check ${i + 1} of ${rounds.length}` : 'a check'
      const says = input.check ? `${formatDuration(hold)} to pass before ${which} of a bake of ${whole}` : `a bake of ${whole}`
      if (hold > 0) {
        const passed = await passTime(step.run, `bake-${i + 1}`, { for: hold, says, next: input.check ? which : 'the next step' })
        if (!passed.whole) return cutShort(passed)
      }
      if (input.check) await measureAndJudge(step, input.check, `check-${i + 1}/`)
    }
    return done(input.check ? `baked ${whole}, ${rounds.length === 1 ? 'one check' : `${rounds.length} checks`}` : `baked ${whole}`)
  },
})
