import { z } from 'zod'

/** How a workflow brings a new version in. Sluice runs `canary` and `blueGreen` today; the others can be written and checked. */
export const Strategy = z.enum(['canary', 'blueGreen', 'rolling', 'basic'])
export type Strategy = z.infer<typeof Strategy>
