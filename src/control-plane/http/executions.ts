import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { nearMisses } from '#model/expressions/index.ts'
import {
  deliveryFailure,
  driftView,
  executionFailures,
  executionSummary,
  executionView,
  finishedRuns,
  formerRelease,
  logLines,
  openSights,
  orderOf,
  startExecution,
  trafficReport,
  refuseSeveralPlaces,
  underWay,
  type ReleaseHistory,
  type Sight,
  type Sights,
  type UnderWay,
} from '#control-plane/executions/index.ts'
import {
  Command,
  CommandTaken,
  DriftView,
  ExecutionLog,
  ExecutionStarted,
  ExecutionSummary,
  ExecutionView,
  StartExecution,
  StartRollback,
  TrafficReport,
} from '#protocol/http/index.ts'
import { failureAnswers, json, jsonBody } from './answers.ts'
import type { ApiOptions } from './options.ts'
import { eventsRoute, liveEvents } from './events.ts'

const id = z.object({ id: z.string().min(1).max(100) })

const start = createRoute({
  method: 'post',
  path: '/executions',
  summary: 'Start a run',
  request: { body: jsonBody(StartExecution) },
  responses: { 201: json(ExecutionStarted, 'It runs.'), 200: json(ExecutionStarted, 'The key was used before.'), ...failureAnswers },
})

const rollback = createRoute({
  method: 'post',
  path: '/rollbacks',
  summary: 'Go back to the release that ran before: from the run that is under way, else by a run of the former one',
  request: { body: jsonBody(StartRollback) },
  responses: {
    201: json(ExecutionStarted, 'It runs.'),
    200: json(ExecutionStarted, 'The key was used before, or the run that is under way goes back.'),
    ...failureAnswers,
  },
})

const list = createRoute({
  method: 'get',
  path: '/executions',
  summary: 'Executions, newest first',
  request: {
    query: z.object({
      unfinished: z.enum(['true', 'false']).optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(50),
    }),
  },
  responses: { 200: json(ExecutionSummary.array(), 'Newest first.'), ...failureAnswers },
})

const get = createRoute({
  method: 'get',
  path: '/executions/{id}',
  summary: 'One execution',
  request: { params: id },
  responses: { 200: json(ExecutionView, 'As it stands.'), ...failureAnswers },
})

const log = createRoute({
  method: 'get',
  path: '/executions/{id}/log',
  summary: 'Its journal in words',
  request: { params: id },
  responses: { 200: json(ExecutionLog, 'From its start.'), ...failureAnswers },
})

const drift = createRoute({
  method: 'get',
  path: '/executions/{id}/drift',
  summary: 'What others did to what it wrote: before, ours, live',
  request: { params: id },
  responses: { 200: json(DriftView, 'As its watches found it, the oldest first.'), ...failureAnswers },
})

const report = createRoute({
  method: 'get',
  path: '/executions/{id}/report',
  summary: 'What happened to traffic: shares over time, each with the step that caused it, and what was measured',
  request: { params: id },
  responses: { 200: json(TrafficReport, 'Up to now, or to its end.'), ...failureAnswers },
})

const command = createRoute({
  method: 'post',
  path: '/executions/{id}/commands',
  summary: 'Ask something of it: approve, reject, answer, pause, resume, retry, skip, abort',
  request: { params: id, body: jsonBody(Command) },
  responses: { 202: json(CommandTaken, 'It is written down and will be heard.'), ...failureAnswers },
})

export function executionRoutes(api: OpenAPIHono, options: ApiOptions): void {
  const { store, engine, clock } = options
  const sights = openSights(store, clock)
  api.openapi(start, async context => {
    const started = await startExecution(starterOf(options, sights), context.req.valid('json'))
    return context.json(started, started.existed ? 200 : 201)
  })
  api.openapi(rollback, async context => {
    const wanted = context.req.valid('json')
    const history = historyOf(options, sights)
    const [running, finished] = await Promise.all([unfinished(options, sights), finishedRuns(history)])
    refuseSeveralPlaces(
      [...running, ...finished].map(({ definition }) => definition.workflow),
      wanted,
    )
    const present = wanted.supersede ? undefined : underWay(running, wanted)
    if (present) return context.json(await sendBack(options, sights, present, wanted), 200)
    const { start: former, from, to } = await formerRelease(history, finished, wanted)
    const started = await startExecution(starterOf(options, sights), former)
    return context.json({ ...started, versions: { from, to } }, started.existed ? 200 : 201)
  })
  api.openapi(list, async context => {
    const { unfinished, limit } = context.req.valid('query')
    const rows = await store.journal.list({ unfinished: unfinished === 'true', limit })
    const seen = await Promise.all(rows.map(row => sights.read(row.id)))
    return context.json(
      seen.flatMap(sight => (sight ? [executionSummary(sight)] : [])),
      200,
    )
  })
  api.openapi(get, async context => context.json(executionView(await sightOf(options, sights, context.req.valid('param').id)), 200))
  api.openapi(log, async context => context.json({ lines: logLines(await sightOf(options, sights, context.req.valid('param').id)) }, 200))
  api.openapi(drift, async context => context.json(driftView(await sightOf(options, sights, context.req.valid('param').id)), 200))
  api.openapi(report, async context => context.json(trafficReport(await sightOf(options, sights, context.req.valid('param').id)), 200))
  api.openapi(eventsRoute, async context => {
    const sight = await sightOf(options, sights, context.req.valid('param').id)
    return liveEvents(context, { engine, sights, sight })
  })
  api.openapi(command, async context => {
    const says = await obey(options, sights, context.req.valid('param').id, context.req.valid('json'))
    return context.json({ says }, 202)
  })
}

function starterOf({ store, engine }: ApiOptions, sights: Sights): Parameters<typeof startExecution>[0] {
  return {
    content: store.content,
    start: execution => engine.start(execution),
    row: async each => (await store.journal.load(each))?.row,
    doing: async each => {
      const sight = await sights.read(each)
      return sight ? executionSummary(sight).says : ''
    },
  }
}

/** Executions of all services among which a former release is looked for: months of work, and a moment to read. */
const searched = 500

function historyOf({ store }: ApiOptions, sights: Sights): ReleaseHistory {
  return {
    content: store.content,
    list: () => store.journal.list({ limit: searched }),
    found: async (execution, release) => {
      const sight = await sights.read(execution)
      return sight && executionSummary(sight).releases.find(({ id: each }) => each === release)?.fromVersion
    },
  }
}

async function unfinished({ store }: ApiOptions, sights: Sights): Promise<readonly Sight[]> {
  const rows = await store.journal.list({ unfinished: true })
  return (await Promise.all(rows.map(({ id: each }) => sights.read(each)))).flatMap(sight => sight ?? [])
}

/** A run that goes back already needs nobody to say so. */
async function sendBack(
  options: ApiOptions,
  sights: Sights,
  { sight, from, to, warm, isReturning }: UnderWay,
  { who }: StartRollback,
): Promise<ExecutionStarted> {
  const { id } = sight.engine.row
  if (!isReturning) await obey(options, sights, id, { do: 'abort', now: false, who, why: 'rollback' })
  return { id, existed: true, versions: { from, to }, returning: { warm } }
}

async function sightOf(options: ApiOptions, sights: Sights, execution: string): Promise<Sight> {
  return (await sights.read(execution)) ?? (await unknown(options, execution))
}

async function unknown({ store }: ApiOptions, execution: string): Promise<never> {
  const rows = await store.journal.list({ limit: 200 })
  throw executionFailures.UNKNOWN({
    execution,
    near: nearMisses(
      execution,
      rows.map(row => row.id),
    ),
  })
}

async function obey(options: ApiOptions, sights: Sights, execution: string, wanted: Command): Promise<string> {
  const sight = (await sights.toCommand(execution)) ?? (await unknown(options, execution))
  const order = orderOf(sight, wanted)
  for (const message of order.messages) {
    const failure = deliveryFailure(sight, wanted, await options.engine.deliver(execution, message))
    if (failure) throw failure
  }
  return order.says
}
