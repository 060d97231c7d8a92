import type { StartRollback } from '#protocol/http/index.ts'
import { executions } from './failures.ts'
import * as names from './names.ts'
import { releasesMeant } from './releases-meant.ts'
import { executionView } from './view/execution-view.ts'
import { callsUnder, type Sight } from './view/sight.ts'

/** The run of a service that has not ended yet: to roll it back is its own way back. */
export interface UnderWay {
  readonly sight: Sight
  readonly from: string
  /** `unknown` where nothing was looked at yet: then nothing was written either. */
  readonly to: string
  /** Nothing has rolled yet: the pods of the former version are all there, and going back is a change of the route. */
  readonly warm: boolean
  readonly isReturning: boolean
}

/** Undefined where no run of the service is under way. Fails where it is not certain which one is meant, or where more would go back than is meant. */
export function underWay(unfinished: readonly Sight[], wanted: StartRollback): UnderWay | undefined {
  const meant = unfinished.filter(sight => releasesMeant(sight.definition.workflow, wanted).length > 0)
  const [only] = meant
  if (!only) return undefined
  const { releases } = only.definition.workflow
  if (meant.length > 1 || releasesMeant(only.definition.workflow, wanted).length < releases.length)
    throw executions.WHICH_RUN({ service: wanted.service, runs: meant.map(({ engine }) => engine.row.id).join(', ') })
  const [first] = executionView(only).releases
  const { toVersion: from = '', fromVersion: to = 'unknown' } = first ?? {}
  return { sight: only, from, to, warm: !hasRolled(only), isReturning: only.engine.cause !== undefined }
}

/** The user's own workload is touched by the roll, and, where a swap left everybody on the staged pods, by the clean-up at the end. */
function hasRolled(sight: Sight): boolean {
  const { phases, releases } = sight.definition.workflow
  const rolls = phases.flatMap(({ sections }) => sections.flatMap(({ steps }) => steps.filter(({ type }) => type === 'rolloutDeployment')))
  return [...rolls.map(({ path }) => path), ...releases.map(({ id }) => names.rest(id))].some(path => callsUnder(sight, path).length > 0)
}
