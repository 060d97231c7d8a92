import { swapped } from '#model/application/index.ts'
import { SwapServices } from '#model/workflow/index.ts'
import { defineStep, done } from './step.ts'

/** Everybody on the staged version, in one settled move. */
export const swapServices = defineStep({
  type: 'swapServices',
  input: SwapServices,

  async run({ goal }) {
    return done(await goal('swap', swapped))
  },
})
