import { Delete } from '#model/workflow/index.ts'
import { defineStep, done } from './step.ts'

/** Deletes objects that carry no traffic, and waits until they are gone. */
export const deletion = defineStep({
  type: 'delete',
  input: Delete,
  run: async ({ objects }, input) => done(await objects({ is: 'delete', objects: input.objects })),
})
