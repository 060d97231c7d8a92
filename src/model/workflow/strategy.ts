import { z } from 'zod'

/** How a workflow brings a new version in. All can be written and checked. */
export const Strategy = z.enum(['canary', 'blueGreen', 'rolling', 'basic'])
export type Strategy = z.infer<typeof Strategy>

/** Those that a run can follow today. */
export const runnableStrategies: readonly Strategy[] = ['canary', 'blueGreen']
