import { CanaryDeployment } from '#model/workflow/index.ts'
import { defineStep, done } from './step.ts'

/** Pins the route to stable, then brings the canary's pods, ready and known to every proxy: at weight 0, before anybody is sent there. */
export const canaryDeployment = defineStep({
  type: 'canaryDeployment',
  input: CanaryDeployment,
  needsTraffic: true,

  async run({ goal }, { instances, fixed }) {
    await goal('pin', { to: 'pinned' })
    return done(await goal('prepare', { to: 'prepared', instances, fixed }))
  },
})
