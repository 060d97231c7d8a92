import { StageDeployment } from '#model/workflow/index.ts'
import { defineStep, done } from './step.ts'

/** As many pods of the new version as stable has, ready and known, behind a Service of their own. */
export const stageDeployment = defineStep({
  type: 'stageDeployment',
  input: StageDeployment,
  needsTraffic: true,

  async run({ goal }) {
    await goal('pin', { to: 'pinned' })
    return done(await goal('prepare', { to: 'prepared', instances: { percent: 100 }, fixed: false }))
  },
})
