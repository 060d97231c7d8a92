import { z } from 'zod'
import { fields, flag, leaf, readPercent } from '../written/leaf.ts'
import { defineStepType } from './step-type.ts'

/** How many canary pods to begin with: a count, or a percentage of stable's pods (rounded half up, at least 1). */
export const Instances = z.union([
  z.strictObject({ count: z.number().int().min(1) }),
  z.strictObject({ percent: z.number().gt(0).max(100) }),
])
export type Instances = z.infer<typeof Instances>

/** `fixed`: the number of canary pods stays as it is, whatever share of the traffic the canary gets. */
export const CanaryDeployment = z.strictObject({ instances: Instances, fixed: z.boolean() })
export type CanaryDeployment = z.infer<typeof CanaryDeployment>

const instances: z.ZodType<Instances> = leaf({
  wants: 'a number of pods from 1 on, or a percentage of the pods of stable, such as 25%',
  shapes: ['integer', 'number', 'text'],
  read: written => {
    const percent = readPercent(written)
    return Instances.safeParse(percent === undefined ? { count: written } : { percent }).data
  },
})

export const canaryDeployment = defineStepType<CanaryDeployment>({
  type: 'canaryDeployment',
  title: 'Canary Deployment',
  about: 'Starts pods of the new version beside the present one; they get no traffic yet.',
  input: CanaryDeployment,
  written: fields({ instances: instances.default({ count: 1 }), fixed: flag.default(false) }),
  strategies: ['canary'],
})
