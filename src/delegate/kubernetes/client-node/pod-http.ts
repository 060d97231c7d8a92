import http from 'node:http'
import type { Duplex } from 'node:stream'
import type { PodName, PodRequest, PodResponse } from '../cluster.ts'
import { failures } from '../failures.ts'
import type { Credentials } from './access.ts'
import { exchange, reasonOf, textOf } from './exchange.ts'
import { NoTunnel, openTunnel } from './tunnel.ts'

/** HTTP to pods, one way per cluster. */
export interface PodHttp {
  ask(pod: PodName, port: number, request: PodRequest, signal?: AbortSignal): Promise<PodResponse>
  close(): void
}

/**
 * Through a port-forward, which a pod sees as its own localhost (istiod answers debug requests to that alone without a token). Where the
 * API server gives none, through its pod proxy. Which of the two is decided by the first request that succeeds.
 */
export function podHttp(credentials: Credentials): PodHttp {
  const agent = new TunnelAgent(credentials)
  let way: 'forward' | 'proxy' | undefined

  return {
    async ask(pod, port, request, signal) {
      if (way === 'proxy') return proxied(credentials, pod, port, request, signal)
      try {
        const answer = await forwarded(agent, credentials.name, { pod, port, request }, signal)
        way = 'forward'
        return answer
      } catch (error) {
        if (way === 'forward' || !(error instanceof NoTunnel)) throw toFailure(error, credentials.name, pod, port)
        const answer = await proxied(credentials, pod, port, request, signal)
        way = 'proxy'
        return answer
      }
    },
    close: () => agent.destroy(),
  }
}

function toFailure(error: unknown, cluster: string, { namespace, name }: PodName, port: number): unknown {
  if (!(error instanceof NoTunnel)) return error
  const pod = `${namespace}/${name}`
  if (error.status === 401) return failures.UNAUTHORIZED({ cluster, words: 'port-forward is refused' })
  if (error.status !== 403) return failures.POD_UNREACHABLE({ cluster, pod, port, reason: error.message })
  return forbidden(cluster, pod, namespace)
}

function forbidden(cluster: string, pod: string, namespace: string): Error {
  const words = 'neither port-forward nor the pod proxy is allowed'
  return failures.FORBIDDEN({ cluster, about: `Pod ${pod}`, verb: 'create', resource: 'pods/portforward', namespace, words })
}

/** Holds tunnels open between requests, per pod and port. */
class TunnelAgent extends http.Agent {
  readonly #credentials: Credentials

  constructor(credentials: Credentials) {
    super({ keepAlive: true })
    this.#credentials = credentials
  }

  override createConnection(options: http.ClientRequestArgs, opened?: (error: Error | null, stream: Duplex) => void): undefined {
    const [name = '', namespace = ''] = (options.host ?? '').split('|')
    openTunnel(this.#credentials, { namespace, name }, Number(options.port)).then(
      tunnel => opened?.(null, tunnel),
      (error: unknown) => opened?.(error as Error, undefined as unknown as Duplex),
    )
  }
}

interface Asked {
  readonly pod: PodName
  readonly port: number
  readonly request: PodRequest
}

/** A tunnel that idled may be dead: then a GET is sent once more through a new one. */
async function forwarded(agent: http.Agent, cluster: string, asked: Asked, signal?: AbortSignal): Promise<PodResponse> {
  const first = await throughTunnel(agent, cluster, asked, signal)
  return first.is === 'answer' ? first.answer : throughTunnel(agent, cluster, asked, signal).then(answerOf)
}

type Try = { readonly is: 'answer'; readonly answer: PodResponse } | { readonly is: 'stale'; readonly failure: Error }

function answerOf(result: Try): PodResponse {
  if (result.is === 'stale') throw result.failure
  return result.answer
}

function throughTunnel(agent: http.Agent, cluster: string, { pod, port, request }: Asked, signal?: AbortSignal): Promise<Try> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    const { method = 'GET', path, headers } = request
    const sent = http.request({
      agent,
      host: `${pod.name}|${pod.namespace}`,
      port,
      method,
      path,
      headers: { ...headers, Host: `localhost:${port}` },
      ...(signal && { signal }),
    })
    sent.once('response', response => void read(response, cluster, signal).then(answer => resolve({ is: 'answer', answer }), reject))
    sent.once('error', error => {
      if (signal?.aborted) return reject(signal.reason as Error)
      if (error instanceof NoTunnel) return reject(error)
      const name = `${pod.namespace}/${pod.name}`
      const failure = failures.POD_UNREACHABLE({ cluster, pod: name, port, reason: reasonOf(error) }, error)
      if (sent.reusedSocket && method === 'GET') resolve({ is: 'stale', failure })
      else reject(failure)
    })
    sent.end()
  })
}

async function read(response: http.IncomingMessage, cluster: string, signal?: AbortSignal): Promise<PodResponse> {
  const body = await textOf(response, cluster, signal)
  const headers = Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')])
  return { status: response.statusCode ?? 0, headers: Object.fromEntries(headers) as Record<string, string>, body }
}

async function proxied(
  credentials: Credentials,
  pod: PodName,
  port: number,
  request: PodRequest,
  signal?: AbortSignal,
): Promise<PodResponse> {
  const { method = 'GET', path, headers = {} } = request
  const to = `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(pod.name)}:${port}/proxy${path}`
  const response = await exchange(await credentials.current(), credentials.name, { method, path: to, headers }, signal)
  const answer = await read(response, credentials.name, signal)
  const words = statusMessage(answer)
  if (words === undefined) return answer
  const name = `${pod.namespace}/${pod.name}`
  if (answer.status === 403) throw forbidden(credentials.name, name, pod.namespace)
  throw failures.POD_UNREACHABLE({ cluster: credentials.name, pod: name, port, reason: words })
}

/** The API server's own words, where it answers in place of the pod. */
function statusMessage({ status, headers, body }: PodResponse): string | undefined {
  if (status < 400 || !headers['content-type']?.includes('json')) return undefined
  try {
    const read = JSON.parse(body) as { readonly kind?: string; readonly message?: string }
    return read.kind === 'Status' ? (read.message ?? `HTTP ${status}`) : undefined
  } catch {
    return undefined
  }
}
