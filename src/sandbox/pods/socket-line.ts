import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { NoAnswer, type Headers, type HttpAnswer, type HttpRequest } from './http.ts'
import type { Line, Program } from './line.ts'

/** Idle connections are kept longer than any test or demo lasts, so that only a pod's end closes one. */
const keepAlive = 3_600_000

/** A line over a real HTTP server on the loopback interface, with kept connections. */
export async function openSocket(program: Program, ip: string): Promise<Line> {
  const server = createServer({ keepAliveTimeout: keepAlive, requestTimeout: 0 }, (incoming, response) => {
    void serve(program, incoming, response)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port: listening } = server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 256 })
  let open = true
  return {
    send(request, port, signal) {
      // A port of the loopback interface may be given to another process as soon as it is free: a dead pod is never dialled.
      if (!open) return Promise.reject(new NoAnswer({ ip, port }, 'refused'))
      return exchange({ agent, port: listening }, request, signal).catch((error: unknown) => {
        throw signal?.aborted ? (signal.reason as Error) : new NoAnswer({ ip, port }, refused(error) ? 'refused' : 'reset')
      })
    },
    drain() {
      open = false
      return new Promise(resolve => {
        server.close(() => (agent.destroy(), resolve()))
        server.closeIdleConnections()
      })
    },
    cut() {
      open = false
      server.close()
      server.closeAllConnections()
      agent.destroy()
    },
  }
}

async function serve(program: Program, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const port = Number(incoming.headers['x-sandbox-port'] ?? 0)
  const request = await readRequest(incoming)
  const answer = await program.answer(request, port)
  if (response.destroyed) return
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) })
  response.end(answer.body)
}

/** A request that came over a socket, its body whole. */
export async function readRequest(incoming: IncomingMessage): Promise<HttpRequest> {
  const head = { method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers: plain(incoming.headers) }
  const hasBody = incoming.headers['content-length'] !== undefined || incoming.headers['transfer-encoding'] !== undefined
  return hasBody ? { ...head, body: await whole(incoming) } : head
}

function exchange(to: { readonly agent: Agent; readonly port: number }, request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { 'transfer-encoding': _, connection: __, 'content-length': ___, ...headers } = request.headers
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port: to.port,
        agent: to.agent,
        method: request.method,
        path: request.path,
        headers,
        ...(signal ? { signal } : {}),
      },
      incoming => {
        whole(incoming).then(body => resolve({ status: incoming.statusCode ?? 0, headers: plain(incoming.headers), body }), reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(request.body)
  })
}

function whole(stream: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    stream.on('data', (part: Buffer) => parts.push(part))
    stream.on('end', () => resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)))
    stream.on('error', reject)
    stream.on('close', () => reject(new Error('closed before the end')))
  })
}

function plain(headers: IncomingMessage['headers']): Headers {
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) result[name] = typeof value === 'string' ? value : value.join(', ')
  return result
}

function refused(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
}
