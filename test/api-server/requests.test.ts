import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { seededRandom, VirtualClock } from '#base/index.ts'
import { createApiServer } from '#sandbox/api-server/index.ts'
import { casesFolder } from '../cases.ts'

interface Recorded {
  readonly method: string
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly accept?: string
  readonly contentType?: string
  readonly body?: string
}

const file = `${casesFolder}/kubectl-requests.json`

/** What real servers refuse too: a strategic patch of a custom resource, the OpenAPI of old, protobuf without its bytes, an old version. */
const refusedAnyway = new Set([404, 409, 415])

describe('cases kubectl-requests.json: requests that kubectl was seen to send', () => {
  if (!existsSync(file)) {
    console.warn(`${file} is not there: its requests are skipped (set SLUICE_CASES)`)
    it('not there', context => context.skip())
    return
  }
  const { traces } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly traces: readonly { readonly command: string; readonly requests: readonly Recorded[] }[]
  }
  const api = createApiServer({ clock: new VirtualClock(), random: seededRandom(1), namespaces: ['default', 'demo'] })
  const send = ({ method, path, query, accept, contentType, body }: Recorded) => {
    const text = new URLSearchParams(query).toString()
    const request = { method, path: text ? `${path}?${text}` : path, accept, contentType, ...(body === undefined ? {} : { body }) }
    if (!api.isWatch(request)) return api.handle(request)
    const watch = api.watch(
      request,
      () => undefined,
      () => undefined,
    )
    if ('status' in watch) return watch
    watch.stop()
    return { status: 200, body: {} }
  }

  it.each(traces.map(({ command, requests }) => [command, requests] as const))('%s', (_, requests) => {
    for (const request of requests) {
      const { status, body } = send(request)
      const fine = status < 300 || refusedAnyway.has(status)
      expect(fine, `${request.method} ${request.path}: ${status} ${JSON.stringify(body).slice(0, 300)}`).toBe(true)
    }
  })
})
