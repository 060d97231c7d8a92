import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { Failure } from '#base/index.ts'
import { FailureRecord } from '#protocol/http/index.ts'
import { hostClient } from './failures.ts'

/** One request of the API. `body` is sent as JSON. */
export interface Ask {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a request over the Unix socket and gives the response as soon as its head is there. */
export function open(socket: string, ask: Ask, signal?: AbortSignal): Promise<IncomingMessage> {
  const body = ask.body === undefined ? undefined : JSON.stringify(ask.body)
  const headers = { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...ask.headers }
  return new Promise((resolve, reject) => {
    // A connection of its own: one kept from before may lead to a host that was killed since, which says nothing about the present one.
    const options = {
      socketPath: socket,
      path: ask.path,
      method: ask.method,
      headers,
      agent: false as const,
      ...(signal ? { signal } : {}),
    }
    const sent: ClientRequest = request(options, resolve)
    sent.on('error', error => reject(signal?.aborted ? (signal.reason as Error) : broken(socket, error)))
    sent.end(body)
  })
}

/** A whole answer as JSON; a failure that the host answers is thrown as what it is. */
export async function exchange(socket: string, ask: Ask, signal?: AbortSignal): Promise<unknown> {
  const response = await open(socket, ask, signal)
  const text = await textOf(socket, response)
  const answer = parse(ask.path, text)
  if ((response.statusCode ?? 500) < 400) return answer
  throw failureIn(ask.path, answer)
}

/** The failure that an answer carries. */
export function failureIn(path: string, answer: unknown): Failure {
  const record = FailureRecord.safeParse(answer)
  return record.success ? new Failure(record.data) : hostClient.ANSWER({ path, reason: 'an error without a failure record' })
}

export async function textOf(socket: string, response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8')
  let text = ''
  try {
    for await (const part of response) text += part as string
  } catch (error) {
    throw broken(socket, error)
  }
  return text
}

/** Why a connection cannot be had: no host there, or one that ended in the middle. */
export function broken(socket: string, error: unknown): Failure {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return hostClient.NOT_RUNNING({ socket }, error)
  return hostClient.GONE({ socket, reason: error instanceof Error ? error.message : String(error) }, error)
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw hostClient.ANSWER({ path, reason: 'not JSON' }, error)
  }
}
