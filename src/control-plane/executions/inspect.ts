import type { z } from 'zod'
import { toFailureRecord, type Failure, type FailureRecord } from '#base/index.ts'
import { ranOutUnattended, type Run } from '#control-plane/engine/index.ts'
import { inspectRelease } from '#protocol/index.ts'
import { executions } from './failures.ts'
import * as names from './names.ts'

type Input = z.infer<typeof inspectRelease.input>

/** A look needs a few reads of the cluster; where it takes longer than this, the cluster cannot be asked. In milliseconds. */
const lookTimeout = 60_000

/** Hosts that are killed again and again, each too early for a look, end the run after this many minutes of them, not never. */
const mostLooks = 10

/**
 * Looks at a release before anything is written. A look whose time was over while no host was there, or one that had just come, is begun anew:
 * it only reads, so nothing is done twice by it. A host that was there all the time looks once.
 */
export async function inspect(run: Run, input: Input): Promise<z.infer<typeof inspectRelease.output>> {
  for (let look = 1; ; look++) {
    try {
      return await run.task(look === 1 ? names.inspect : `${names.inspect}-${look}`, inspectRelease, input, { timeout: lookTimeout })
    } catch (error) {
      const failure = toFailureRecord(error)
      if (failure.code !== 'SL-ENGINE-TASK-TIMEOUT') throw error
      if (!ranOutUnattended(failure)) throw unanswered(input, failure)
      if (look === mostLooks) throw executions.LOOK_UNATTENDED({ release: releaseOf(input), looks: mostLooks })
    }
  }
}

/** The engine speaks of tasks; people know releases. */
function unanswered(input: Input, { facts }: FailureRecord): Failure {
  const lastWord = String(facts['lastWord'] ?? '')
  return executions.LOOK_TIMEOUT({ release: releaseOf(input), milliseconds: lookTimeout, lastWord })
}

function releaseOf({ release: { namespace, name } }: Input): string {
  return `${namespace}/${name}`
}
