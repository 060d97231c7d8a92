import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ApiRequest, ApiResponse } from '../request.ts'
import type { ApiServer } from '../server.ts'

export interface ListenOptions {
  /** 0: any free port. */
  readonly port?: number
  readonly host?: string
  /** Answers requests that are not the API's own (the proxy of pods); undefined: the API answers. */
  readonly divert?: (request: ApiRequest) => Promise<ApiResponse> | undefined
}

/** The server on a port. `close` ends running watches too. */
export interface Listening {
  readonly port: number
  readonly host: string
  close(): Promise<void>
}

/** A body may have 3 MiB: what a real server takes. */
const mostBytes = 3 * 1024 * 1024

/** Milliseconds for which an idle connection is kept: what a real server does. Node's own 5 s would close it under a client that takes its time. */
const idle = 90_000

/** Serves the API over plain HTTP. */
export async function listen(api: ApiServer, options: ListenOptions = {}): Promise<Listening> {
  const { port = 0, host = '127.0.0.1', divert } = options
  const server = createServer({ keepAliveTimeout: idle }, (incoming, outgoing) => {
    serve(api, divert, incoming, outgoing).catch((error: unknown) => {
      if (!outgoing.headersSent) outgoing.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' })
      outgoing.end(String(error))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return { port: (server.address() as AddressInfo).port, host, close: () => close(server) }
}

async function serve(api: ApiServer, divert: ListenOptions['divert'], incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await readBody(incoming)
  if (body === undefined) return send(outgoing, tooLarge)
  const headers: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = Array.isArray(value) ? value.join(', ') : value
  const given = headers['content-type']?.includes('protobuf') ? body : body.toString()
  const request: ApiRequest = {
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    headers,
    ...(body.length > 0 ? { body: given } : {}),
  }
  const diverted = divert?.(request)
  if (diverted) send(outgoing, await diverted)
  else if (api.isWatch(request)) stream(api, request, outgoing)
  else send(outgoing, api.handle(request))
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > mostBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const tooLarge: ApiResponse = {
  status: 413,
  headers: { 'content-type': 'application/json', connection: 'close' },
  body: {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `Request entity too large: limit is ${mostBytes}`,
    reason: 'RequestEntityTooLarge',
    code: 413,
  },
  warnings: [],
}

/** RFC 7234 warning values; control characters would break the header. */
const warning = (text: string): string => `299 - ${JSON.stringify(text.replaceAll(/[\r\n]+/g, ' '))}`

function send(outgoing: ServerResponse, { status, headers, body, warnings }: ApiResponse): void {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : `${JSON.stringify(body)}\n`
  if (warnings.length > 0) outgoing.setHeader('warning', warnings.map(warning))
  outgoing.writeHead(status, headers)
  outgoing.end(text)
}

function stream(api: ApiServer, request: ApiRequest, outgoing: ServerResponse): void {
  const begun = api.watch(
    request,
    event => outgoing.write(`${JSON.stringify(event)}\n`),
    () => outgoing.end(),
  )
  if (!('stop' in begun)) return send(outgoing, begun)
  outgoing.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' })
  outgoing.flushHeaders()
  outgoing.on('close', () => begun.stop())
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
