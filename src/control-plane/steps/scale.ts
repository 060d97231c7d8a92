import { Scale } from '#model/workflow/index.ts'
import { defineStep, done } from './step.ts'

/** Gives a workload beside the release another number of pods, and waits until it has them. */
export const scale = defineStep({
  type: 'scale',
  input: Scale,
  run: async ({ objects }, { workload, to }) => done(await objects({ is: 'scale', workload, to })),
})
