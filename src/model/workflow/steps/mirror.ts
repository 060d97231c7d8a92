import { z } from 'zod'
import { workflow } from '../failures.ts'
import { complain, fields, flag, weight } from '../written/leaf.ts'
import { defineStepType } from './step-type.ts'

/** Copies of so many percent of the requests go to the canary, whose answers nobody sees; 0 takes the mirror away. */
export const Mirror = z.strictObject({ percentage: z.number().int().min(0).max(100), allowUnsafeMethods: z.boolean() })
export type Mirror = z.infer<typeof Mirror>

const written = fields({ percentage: weight.optional(), allowUnsafeMethods: flag.default(false), remove: flag.optional() })
  .superRefine(({ percentage, remove = false }, context) => {
    if (remove && percentage !== undefined)
      complain(context, { tell: where => workflow.WRONG_VALUE({ where, is: 'there beside percentage', wants: 'one of the two' }) }, [
        'remove',
      ])
    if (!remove && percentage === undefined)
      complain(context, { tell: where => workflow.MISSING({ where, wants: 'how much is copied, such as 10%, or remove: true' }) }, [
        'percentage',
      ])
  })
  .transform(({ percentage = 0, allowUnsafeMethods }): Mirror => ({ percentage, allowUnsafeMethods }))

export const mirror = defineStepType<Mirror>({
  type: 'mirror',
  title: 'Mirror',
  nameOf: ({ percentage }) => (percentage > 0 ? `Mirror ${percentage} %` : 'Mirror off'),
  about: 'Copies a part of the requests to the canary, whose answers nobody sees; or stops that.',
  input: Mirror,
  written,
  strategies: ['canary', 'blueGreen'],
})
