import { setMaxListeners } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import { failures } from '../failures.ts'
import type { Access } from './access.ts'

/** One HTTP exchange with the API server, before the body is read. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Milliseconds to open a connection: an address that nobody answers for should not hold a person up. */
const connectTimeout = 10_000

/** Sends; resolves with the head of the answer. No answer: UNREACHABLE. Aborted: the signal's reason. */
export function exchange(access: Access, name: string, sent: Exchange, signal?: AbortSignal): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    // Many requests of one task wait on one signal: that is no leak, whatever Node's warning says.
    if (signal) setMaxListeners(0, signal)
    const { server, agent, headers } = access
    const base = server.pathname.replace(/\/+$/, '')
    const send = server.protocol === 'https:' ? https.request : http.request
    const request = send({
      method: sent.method,
      protocol: server.protocol,
      hostname: server.hostname.replace(/^\[|\]$/g, ''),
      port: server.port,
      path: `${base}${sent.path}`,
      agent,
      headers: { 'User-Agent': 'sluice', ...headers, ...sent.headers } as http.OutgoingHttpHeaders,
      ...(signal && { signal }),
    })
    const fail = (reason: string, cause?: unknown): void => {
      reject(signal?.aborted ? (signal.reason as Error) : failures.UNREACHABLE({ cluster: name, reason }, cause))
    }
    limitConnecting(request, () => fail(`no connection within ${connectTimeout / 1000} s`))
    request.once('error', error => fail(reasonOf(error), error))
    request.once('response', resolve)
    request.end(sent.body)
  })
}

function limitConnecting(request: http.ClientRequest, expired: () => void): void {
  request.once('socket', socket => {
    if (!socket.connecting) return
    const timer = setTimeout(() => {
      expired()
      request.destroy()
    }, connectTimeout)
    const connected = (): void => clearTimeout(timer)
    socket.once('connect', connected).once('close', connected)
  })
}

/** The whole body as text. A connection that breaks off is no answer. */
export async function textOf(response: http.IncomingMessage, name: string, signal?: AbortSignal): Promise<string> {
  response.setEncoding('utf8')
  let text = ''
  try {
    for await (const chunk of response) text += chunk as string
  } catch (error) {
    signal?.throwIfAborted()
    throw failures.UNREACHABLE({ cluster: name, reason: reasonOf(error) }, error)
  }
  return text
}

/** A few words for people: `connect ECONNREFUSED 127.0.0.1:6443`. Several addresses tried: the first one's. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message || (error as NodeJS.ErrnoException).code || error.name : String(error)
}
