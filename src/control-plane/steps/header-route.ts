import { HeaderRoute } from '#model/workflow/index.ts'
import { defineStep, done } from './step.ts'

/** Leads requests of a kind to the canary, or no longer. */
export const headerRoute = defineStep({
  type: 'headerRoute',
  input: HeaderRoute,
  needsTraffic: true,

  async run({ goal, fixed }, { name, match }) {
    return done(await goal('route', { to: 'headerRoute', name, match, fixed }))
  },
})
