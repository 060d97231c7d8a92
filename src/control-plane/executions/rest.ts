import { defineStep, done } from '#control-plane/steps/index.ts'
import { restGoal } from '#model/release/index.ts'
import type { ResolvedStep } from '#model/workflow/index.ts'
import { z } from 'zod'
import type { ReleaseCourse } from './course.ts'
import * as names from './names.ts'

/** A drain of long streams and the slowest settling fit in; after that somebody should look. */
const restTimeout = 30 * 60_000
/** Rides over a restart of the API server; after that a person is asked. */
const retries = { times: 5, every: 15_000 }

/**
 * What ends every execution, whether a Canary Delete stood in the workflow or not, as a step like the others. Users are where they belong
 * by now: it never goes back by itself. `beside`: steps have changed objects beside the traffic.
 */
export function restStep({ resolved, share, snapshot }: ReleaseCourse, beside: boolean): ResolvedStep {
  const { id, settle, delegates } = resolved
  return {
    path: names.rest(id),
    name: 'Clean up',
    type: atRest.type,
    input: { share, first: snapshot?.first === true, beside },
    timeout: restTimeout,
    when: true,
    onFailure: { retry: retries, do: 'rollbackWorkflow' },
    delegates,
    settle,
    irreversible: true,
  }
}

/** Not for workflows: no document can name it. */
export const atRest = defineStep({
  type: 'atRest',
  input: z.object({ share: z.number(), first: z.boolean(), beside: z.boolean() }),
  async run({ goal, release }, input) {
    return done(await goal('rest', restGoal(release, input)))
  },
})
