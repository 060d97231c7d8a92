import { OpenAPIHono } from '@hono/zod-openapi'
import { executionRoutes } from './executions.ts'
import { answerFor, http, inputFailure } from './failures.ts'
import { hostRoutes } from './host.ts'
import type { ApiOptions } from './options.ts'

/** The HTTP API, as a function from request to response: any server carries it, and tests need none. */
export function createApi(options: ApiOptions): OpenAPIHono {
  const api = new OpenAPIHono({
    defaultHook: result => {
      if (!result.success) throw inputFailure(result.target, result.error)
    },
  })
  api.onError((error, context) => {
    const { record, status } = answerFor(error)
    if (status >= 500) options.onTrouble?.({ request: `${context.req.method} ${context.req.path}`, error })
    return context.json(record, status)
  })
  api.notFound(context => context.json(http.NO_ROUTE({ method: context.req.method, path: context.req.path }).record(), 404))
  api.use(async (_, next) => {
    const end = options.onRequest?.()
    await next()
    end?.()
  })
  executionRoutes(api, options)
  hostRoutes(api, options)
  api.doc31('/openapi.json', { openapi: '3.1.0', info: documentInfo })
  return api
}

/** No version number: the document is checked in, and changes only with the API. */
const documentInfo = {
  title: 'Sluice',
  version: '1',
  description: 'Runs, and what people ask of them. A local host serves it on a Unix socket.',
}
