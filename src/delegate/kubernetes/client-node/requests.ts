import type http from 'node:http'
import { StringDecoder } from 'node:string_decoder'
import type { KubernetesObject } from '#base/index.ts'
import type { ApiRequest, ApiResponse, WatchEvent } from '../cluster.ts'
import { failures } from '../failures.ts'
import type { Credentials } from './access.ts'
import { exchange, reasonOf, textOf, type Exchange } from './exchange.ts'

/** Sends a request and reads the answer. Once more with new credentials when the server does not accept the present ones. */
export async function request(credentials: Credentials, sent: ApiRequest, signal?: AbortSignal): Promise<ApiResponse> {
  const response = await answered(credentials, exchangeOf(sent), signal)
  const text = await textOf(response, credentials.name, signal)
  const retryAfter = Number(response.headers['retry-after'])
  return {
    status: response.statusCode ?? 0,
    body: bodyOf(response, text),
    warnings: warningsOf(response),
    ...(retryAfter > 0 && { retryAfter }),
  }
}

/** Opens a watch and gives its events. Ends when the server or the signal ends it. */
export async function* watch(credentials: Credentials, path: string, signal?: AbortSignal): AsyncGenerator<WatchEvent, void, undefined> {
  try {
    const response = await answered(credentials, { method: 'GET', path, headers: { Accept: 'application/json' } }, signal)
    if (response.statusCode === 200) yield* events(response, credentials.name)
    else yield { type: 'ERROR', object: await statusOf(response, credentials.name, signal) }
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}

async function answered(credentials: Credentials, sent: Exchange, signal?: AbortSignal): Promise<http.IncomingMessage> {
  const first = await exchange(await credentials.current(), credentials.name, sent, signal)
  if (first.statusCode !== 401) return first
  first.resume()
  credentials.refused()
  return exchange(await credentials.current(), credentials.name, sent, signal)
}

function exchangeOf({ method, path, contentType, body }: ApiRequest): Exchange {
  const accept = { Accept: 'application/json' }
  if (body === undefined) return { method, path, headers: accept }
  const text = JSON.stringify(body)
  const length = String(Buffer.byteLength(text))
  return { method, path, body: text, headers: { ...accept, 'Content-Type': contentType ?? 'application/json', 'Content-Length': length } }
}

function bodyOf(response: http.IncomingMessage, text: string): unknown {
  if (!response.headers['content-type']?.includes('json')) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** `299 - "unknown field"`, several of them in one header. */
const warning = /299 \S+ "((?:[^"\\]|\\.)*)"/g

function warningsOf(response: http.IncomingMessage): readonly string[] {
  const header = response.headers['warning']
  const text = Array.isArray(header) ? header.join(', ') : (header ?? '')
  return [...text.matchAll(warning)].map(([, words = '']) => words.replace(/\\(.)/g, '$1'))
}

async function statusOf(response: http.IncomingMessage, name: string, signal?: AbortSignal): Promise<KubernetesObject> {
  const text = await textOf(response, name, signal)
  const body = bodyOf(response, text)
  if (typeof body === 'object' && body !== null) return body as KubernetesObject
  const status = { apiVersion: 'v1', kind: 'Status', metadata: {}, status: 'Failure', code: response.statusCode, message: text.trim() }
  return status as unknown as KubernetesObject
}

async function* events(response: http.IncomingMessage, name: string): AsyncGenerator<WatchEvent, void, undefined> {
  try {
    for await (const line of linesOf(response)) yield JSON.parse(line) as WatchEvent
  } catch (error) {
    throw failures.UNREACHABLE({ cluster: name, reason: reasonOf(error) }, error)
  }
}

/** Whole lines that are not empty; what the connection breaks off in the middle of is dropped. */
async function* linesOf(response: http.IncomingMessage): AsyncGenerator<string, void, undefined> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of response) {
    const lines = (rest + decoder.write(chunk as Buffer)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines.filter(line => line !== '')
  }
}
