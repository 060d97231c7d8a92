import { CanaryDelete } from '#model/workflow/index.ts'
import { defineStep, done } from './step.ts'

/** Takes the canary's weight away if it still has some, drains it, and deletes it. */
export const canaryDelete = defineStep({
  type: 'canaryDelete',
  input: CanaryDelete,
  needsTraffic: true,

  async run({ goal }) {
    return done(await goal('remove', { to: 'canaryRemoved' }))
  },
})
