import type { z } from 'zod'
import {
  CommandTaken,
  DriftView,
  ExecutionLog,
  ExecutionStarted,
  ExecutionSummary,
  ExecutionView,
  HostView,
  LiveEvent,
  TrafficReport,
  type Command,
  type StartExecution,
  type StartRollback,
} from '#protocol/http/index.ts'
import { broken, exchange, failureIn, open, textOf, type Ask } from './connection.ts'
import { hostClient } from './failures.ts'
import { readEvents } from './server-sent-events.ts'

/** The HTTP API of one host, typed. Every method fails with the host's own failure, or with `SL-HOST-NOT-RUNNING` / `SL-HOST-GONE`. */
export interface HostClient {
  readonly socket: string
  start(request: StartExecution, signal?: AbortSignal): Promise<ExecutionStarted>
  rollback(request: StartRollback, signal?: AbortSignal): Promise<ExecutionStarted>
  list(signal?: AbortSignal): Promise<readonly ExecutionSummary[]>
  get(id: string, signal?: AbortSignal): Promise<ExecutionView>
  drift(id: string, signal?: AbortSignal): Promise<DriftView>
  report(id: string, signal?: AbortSignal): Promise<TrafficReport>
  log(id: string, signal?: AbortSignal): Promise<ExecutionLog>
  /** Live until the execution has ended. `after`: the number of the last line that the reader has. */
  events(id: string, after?: number, signal?: AbortSignal): AsyncGenerator<LiveEvent>
  command(id: string, command: Command, signal?: AbortSignal): Promise<CommandTaken>
  host(signal?: AbortSignal): Promise<HostView>
  stop(who: string, signal?: AbortSignal): Promise<HostView>
}

export function hostClientAt(socket: string): HostClient {
  const call = async <T>(schema: z.ZodType<T>, ask: Ask, signal?: AbortSignal): Promise<T> =>
    understood(schema, ask.path, await exchange(socket, ask, signal))
  const of = (id: string, what = ''): string => `/executions/${encodeURIComponent(id)}${what}`
  return {
    socket,
    start: (body, signal) => call(ExecutionStarted, { method: 'POST', path: '/executions', body }, signal),
    rollback: (body, signal) => call(ExecutionStarted, { method: 'POST', path: '/rollbacks', body }, signal),
    list: (signal?: AbortSignal) => call(ExecutionSummary.array(), { method: 'GET', path: '/executions' }, signal),
    get: (id, signal) => call(ExecutionView, { method: 'GET', path: of(id) }, signal),
    drift: (id, signal) => call(DriftView, { method: 'GET', path: of(id, '/drift') }, signal),
    report: (id, signal) => call(TrafficReport, { method: 'GET', path: of(id, '/report') }, signal),
    log: (id, signal) => call(ExecutionLog, { method: 'GET', path: of(id, '/log') }, signal),
    events: (id, after, signal) => follow(socket, of(id, '/events'), after, signal),
    command: (id, body, signal) => call(CommandTaken, { method: 'POST', path: of(id, '/commands'), body }, signal),
    host: (signal?: AbortSignal) => call(HostView, { method: 'GET', path: '/host' }, signal),
    stop: (who, signal) => call(HostView, { method: 'POST', path: '/host/stop', body: { who } }, signal),
  }
}

async function* follow(socket: string, path: string, after?: number, signal?: AbortSignal): AsyncGenerator<LiveEvent> {
  const headers = { accept: 'text/event-stream', ...(after === undefined ? {} : { 'last-event-id': String(after) }) }
  const response = await open(socket, { method: 'GET', path, headers }, signal)
  if ((response.statusCode ?? 500) >= 400) throw failureIn(path, JSON.parse(await textOf(socket, response)))
  response.setEncoding('utf8')
  try {
    for await (const { event, data } of readEvents(response as AsyncIterable<string>)) {
      yield understood(LiveEvent, path, { type: event, ...(JSON.parse(data) as object) })
      if (event === 'end') return
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    throw (error as { code?: unknown }).code === 'ECONNRESET' ? broken(socket, error) : error
  } finally {
    response.destroy()
  }
  throw hostClient.GONE({ socket, reason: 'the stream ended before the execution did' })
}

function understood<T>(schema: z.ZodType<T>, path: string, answer: unknown): T {
  const read = schema.safeParse(answer)
  if (read.success) return read.data
  throw hostClient.ANSWER(
    { path, reason: read.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ') },
    read.error,
  )
}
