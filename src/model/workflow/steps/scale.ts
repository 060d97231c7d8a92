import { z } from 'zod'
import { fields, leaf, readPercent } from '../written/leaf.ts'
import { ObjectName, sayObject, scaledWorkload } from '../written/object-name.ts'
import { defineStepType } from './step-type.ts'

/** A number of pods, or a percentage of those that the workload has when the step begins (rounded half up; 0 % is none). */
export const ScaleTo = z.union([
  z.strictObject({ count: z.number().int().min(0) }),
  z.strictObject({ percent: z.number().min(0).max(1000) }),
])
export type ScaleTo = z.infer<typeof ScaleTo>

export const Scale = z.strictObject({ workload: ObjectName, to: ScaleTo })
export type Scale = z.infer<typeof Scale>

const to: z.ZodType<ScaleTo> = leaf({
  wants: 'a number of pods from 0 on, or a percentage of the present ones, such as 50%',
  shapes: ['integer', 'number', 'text'],
  read: written => {
    const percent = readPercent(written)
    return ScaleTo.safeParse(percent === undefined ? { count: written } : { percent }).data
  },
})

export const scale = defineStepType<Scale>({
  type: 'scale',
  title: 'Scale',
  nameOf: ({ workload }) => `Scale ${sayObject(workload)}`,
  about: 'Gives a workload beside the release another number of pods; the way back gives it the former one.',
  input: Scale,
  written: fields({ workload: scaledWorkload, to }),
})
