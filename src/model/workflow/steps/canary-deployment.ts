import { z } from 'zod'

/** How many canary pods to begin with: a count, or a percentage of stable's pods (rounded half up, at least 1). */
export const Instances = z.union([
  z.strictObject({ count: z.number().int().min(1) }),
  z.strictObject({ percent: z.number().gt(0).max(100) }),
])
export type Instances = z.infer<typeof Instances>

/** `fixed`: the number of canary pods stays as it is, whatever share of the traffic the canary gets. */
export const CanaryDeployment = z.strictObject({ instances: Instances, fixed: z.boolean() })
export type CanaryDeployment = z.infer<typeof CanaryDeployment>
