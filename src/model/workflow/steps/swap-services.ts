import { z } from 'zod'
import { fields } from '../written/leaf.ts'
import { defineStepType } from './step-type.ts'

export const SwapServices = z.strictObject({})
export type SwapServices = z.infer<typeof SwapServices>

export const swapServices = defineStepType<SwapServices>({
  type: 'swapServices',
  title: 'Swap Services',
  about:
    'Takes everybody to the staged version at once; the former one keeps its pods until the end of the run, so that going back is instant.',
  input: SwapServices,
  written: fields({}),
  strategies: ['blueGreen'],
})
