import { Apply } from '#model/workflow/index.ts'
import { defineStep, done } from './step.ts'

/** Applies what was rendered and pinned for this step before the run, and waits until it is ready. */
export const apply = defineStep({
  type: 'apply',
  input: Apply,
  run: async ({ objects, pinned }) => done(await objects({ is: 'apply', manifests: pinned() })),
})
