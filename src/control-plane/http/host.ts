import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { HostView, StopHost } from '#protocol/http/index.ts'
import type { ApiOptions } from './options.ts'
import { failureAnswers, json, jsonBody } from './answers.ts'

const look = createRoute({
  method: 'get',
  path: '/host',
  summary: 'The host itself',
  responses: { 200: json(HostView, 'What it is and what it does.'), ...failureAnswers },
})

const stop = createRoute({
  method: 'post',
  path: '/host/stop',
  summary: 'End the host; executions go on with the next one',
  request: { body: jsonBody(StopHost) },
  responses: { 202: json(HostView, 'It ends.'), ...failureAnswers },
})

export function hostRoutes(api: OpenAPIHono, { host }: ApiOptions): void {
  api.openapi(look, async context => context.json(await host.view(), 200))
  api.openapi(stop, async context => {
    const view = await host.view()
    host.stop(context.req.valid('json').who)
    return context.json(view, 202)
  })
}
