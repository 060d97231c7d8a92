import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Engine, JournalEvent } from '#control-plane/engine/index.ts'
import { executionView, logLines, type Sight, type Sights } from '#control-plane/executions/index.ts'
import { LiveEvent } from '#protocol/http/index.ts'
import { failureAnswers } from './answers.ts'

export const eventsRoute = createRoute({
  method: 'get',
  path: '/executions/{id}/events',
  summary: 'Live: lines of the journal, and the view after every change, until it has ended',
  request: {
    params: z.object({ id: z.string().min(1).max(100) }),
    headers: z.object({ 'last-event-id': z.coerce.number().int().min(0).optional() }),
  },
  responses: {
    200: { description: 'Server-sent events, named by `type`.', content: { 'text/event-stream': { schema: LiveEvent } } },
    ...failureAnswers,
  },
})

interface Live {
  readonly engine: Engine
  readonly sights: Sights
  /** The execution as it was when the stream was asked for. */
  readonly sight: Sight
}

/** Sends what happens, from the last line that the reader has. A reader that goes away ends it. */
export function liveEvents(context: Context, { engine, sights, sight }: Live): Response {
  const after = Number(context.req.header('last-event-id') ?? 0)
  return streamSSE(context, async stream => {
    const gone = new AbortController()
    stream.onAbort(() => gone.abort())
    const send = ({ type, ...data }: LiveEvent, id?: number) =>
      stream.writeSSE({ event: type, data: JSON.stringify(data), ...(id === undefined ? {} : { id: String(id) }) })
    const events: JournalEvent[] = []
    for await (const change of engine.follow(sight.engine.row.id, {}, gone.signal)) {
      events.push(...change.events)
      const now = await sights.from(change.view, events)
      for (const line of logLines(
        now,
        change.events.filter(event => event.seq > after),
      ))
        await send({ type: 'line', line }, line.seq)
      await send({ type: 'view', view: executionView(now) })
    }
    if (!gone.signal.aborted) await send({ type: 'end' })
  })
}
