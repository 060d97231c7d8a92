import { inspectRelease, type Progress, type Reached } from '#protocol/index.ts'
import { TrafficSplit, type ResolvedRelease } from '#model/workflow/index.ts'
import type { ReleaseView } from '#protocol/http/index.ts'
import { stepsOf } from '#model/application/index.ts'
import * as names from '../names.ts'
import type { StepEnd } from '../run-step.ts'
import { callsUnder, type Call, type Sight } from './sight.ts'
import { toldApart } from './told-apart.ts'

type Split = NonNullable<Progress['split']>

export function releaseView(sight: Sight, release: ResolvedRelease): ReleaseView {
  const look = lookOf(sight, release.id)
  const { id, name, service, environment, infrastructure, namespace, artifact } = release
  return {
    id,
    name,
    service,
    environment,
    infrastructure,
    namespace,
    toVersion: artifact.version,
    findings: look?.findings ?? [],
    fromVersion: look?.snapshot.stable?.version,
    settle: look?.settle,
    split: splitOf(sight, id),
    toldApart: [...toldApart(sight, id)],
  }
}

function lookOf(sight: Sight, release: string) {
  const call = callsUnder(sight, names.look(release)).findLast(({ type }) => type === inspectRelease.type)
  const read = inspectRelease.output.safeParse(call?.output)
  return read.success ? read.data : undefined
}

/** The split as the delegate tells it now, else as the last finished step left it; undefined while the route is whole. */
function splitOf(sight: Sight, release: string): Split | undefined {
  if (sight.engine.row.endedAt !== undefined) return undefined
  const paths = [...stepsOf(sight.definition.workflow, release).map(step => step.path), names.rest(release), names.goBack(release)]
  const telling = sight.engine.tasks.filter(task => task.progress?.split && paths.some(path => task.name.includes(`/${path}/`)))
  return telling.at(-1)?.progress?.split ?? lastSplit(sight, release)
}

/** What each type of step leaves at the route when it is done. */
const leaves: Readonly<Record<string, (input: unknown) => Split | undefined>> = {
  canaryDeployment: () => split(100, 0),
  trafficSplit: input => splitOfRows(TrafficSplit.parse(input)),
  rolloutDeployment: () => split(100, 0),
  canaryDelete: () => undefined,
}

const split = (stable: number, canary: number): Split => ({ stable, canary, foreign: 0, acknowledged: true })

function lastSplit(sight: Sight, release: string): Split | undefined {
  for (const step of stepsOf(sight.definition.workflow, release).toReversed()) {
    const calls = callsUnder(sight, step.path)
    const stage = step.type === 'shiftTraffic' ? stageOf(calls) : undefined
    if (stage) return stage
    const end = calls.find(call => call.name.endsWith(`/${names.ended}`))?.output as StepEnd | undefined
    const leaving = leaves[step.type]
    if (end?.is === 'done' && leaving) return leaving(step.input)
  }
  return undefined
}

/** The last stage of a ramp that was reached: it holds there, with no task that would tell the split. */
function stageOf(calls: readonly Call[]): Split | undefined {
  const reached = calls.filter(({ output }) => (output as Partial<Reached> | undefined)?.is === 'reached')
  const share = reached.map(({ name }) => /\/to-(\d+)(?:-\d+)?$/.exec(name)?.[1]).findLast(found => found !== undefined)
  return share === undefined ? undefined : split(100 - Number(share), Number(share))
}

function splitOfRows({ rows }: TrafficSplit): Split {
  const weight = (side: string): number => rows.filter(row => row.to === side).reduce((sum, row) => sum + row.weight, 0)
  const [stable, canary] = [weight('stable'), weight('canary')]
  return { stable, canary, foreign: 100 - stable - canary, acknowledged: true }
}
