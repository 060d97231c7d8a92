import { RolloutDeployment } from '#model/workflow/index.ts'
import { defineStep, done } from './step.ts'

/** Stable takes the new version, while the canary carries the traffic. From here on going back means rolling the old template again. */
export const rolloutDeployment = defineStep({
  type: 'rolloutDeployment',
  input: RolloutDeployment,

  async run({ goal }, { traffic }) {
    return done(await goal('promote', { to: 'promoted', traffic }))
  },
})
