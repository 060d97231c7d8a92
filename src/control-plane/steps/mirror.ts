import { Mirror } from '#model/workflow/index.ts'
import { defineStep, done } from './step.ts'

/** Copies requests to the canary, or no longer. */
export const mirror = defineStep({
  type: 'mirror',
  input: Mirror,
  needsTraffic: true,

  async run({ goal, fixed }, { percentage, allowUnsafeMethods }) {
    return done(await goal('mirror', { to: 'mirror', percent: percentage, allowUnsafeMethods, fixed }))
  },
})
