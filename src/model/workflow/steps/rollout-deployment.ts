import { z } from 'zod'

/** What carries the traffic while stable rolls: `canary` (nothing is lost), `reset` (stable itself, an ordinary rolling update), `auto`. */
export const RolloutDeployment = z.strictObject({ traffic: z.enum(['auto', 'canary', 'reset']) })
export type RolloutDeployment = z.infer<typeof RolloutDeployment>
