import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { NoAnswer, text, type Headers, type HttpAnswer, type HttpRequest } from './http.ts'

/** Idle connections are kept longer than any test or demo lasts, so that only an end closes one. */
const keepAlive = 3_600_000

/** A real HTTP server on the loopback interface. */
export interface SocketServer {
  readonly port: number
  readonly server: Server
}

/** Listens on `port` (0: any free one). A NoAnswer from `answer` resets the connection; any other error is a 500. */
export async function listen(port: number, answer: (request: HttpRequest) => Promise<HttpAnswer>): Promise<SocketServer> {
  const server = createServer({ keepAliveTimeout: keepAlive, requestTimeout: 0 }, (incoming, response) => {
    serve(answer, incoming, response).catch((error: unknown) => {
      if (error instanceof NoAnswer || response.headersSent) incoming.socket.resetAndDestroy()
      else write(response, text(500, `${String(error)}\n`))
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, server }
}

/** Ends a server at once: nothing is accepted, open connections are reset. */
export function cutServer(server: Server): void {
  server.close()
  server.closeAllConnections()
}

async function serve(
  answer: (request: HttpRequest) => Promise<HttpAnswer>,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  write(response, await answer(await readRequest(incoming)))
}

function write(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  if (response.destroyed) return
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  if (typeof body === 'string') response.end(body)
  // As text, head and body leave in one write: a quarter of the time of a small answer.
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'), 'latin1')
}

/** A request that came over a socket, its body whole. */
export async function readRequest(incoming: IncomingMessage): Promise<HttpRequest> {
  const head = { method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers: plain(incoming.headers) }
  const hasBody = incoming.headers['content-length'] !== undefined || incoming.headers['transfer-encoding'] !== undefined
  return hasBody ? { ...head, body: await whole(incoming) } : head
}

/** The whole body of a message. */
export function whole(stream: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    stream.on('data', (part: Buffer) => parts.push(part))
    stream.on('end', () => resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)))
    stream.on('error', reject)
    stream.on('close', () => reject(new Error('the connection closed before the end')))
  })
}

/** Headers that speak of one connection, not of the message: they are not passed on. */
const perConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'proxy-connection', 'upgrade'])

/** Headers as the sandbox passes them on. */
export function plain(headers: IncomingMessage['headers']): Headers {
  const result: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined && !perConnection.has(name)) result[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return result
}
