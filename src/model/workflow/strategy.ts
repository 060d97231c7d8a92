import { z } from 'zod'

/** How a workflow brings a new version in. `rolling` and `basic` apply the manifests and move no traffic. */
export const Strategy = z.enum(['canary', 'blueGreen', 'rolling', 'basic'])
export type Strategy = z.infer<typeof Strategy>

/** Whether workflows of a strategy move traffic by routes; those of which nothing is known do. */
export function movesTraffic(strategy: Strategy | undefined): boolean {
  return strategy !== 'rolling' && strategy !== 'basic'
}
