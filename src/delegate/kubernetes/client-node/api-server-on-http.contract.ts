import http from 'node:http'
import type { AddressInfo } from 'node:net'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { seededRandom, systemClock } from '#base/index.ts'
import { createApiServer, type ApiServer } from '#sandbox/api-server/index.ts'

/** For tests of the network adapter: an API server on HTTP with one pod, reachable by port-forward, by proxy, or not at all. */
export interface HttpApiServer {
  readonly url: string
  readonly server: ApiServer
  /** Method and path of everything that was asked, and the Authorization header it came with. */
  readonly asked: { readonly method: string; readonly path: string; readonly authorization: string | undefined }[]
  /** How many port-forwards were opened. */
  tunnels(): number
  close(): Promise<void>
}

export interface HttpApiServerOptions {
  readonly pods?: 'forward' | 'proxy' | 'forbidden'
  /** Only these tokens are accepted, when given. */
  readonly tokens?: Set<string>
  /** Extra headers and status for paths that begin so. */
  readonly answer?: (
    path: string,
  ) => { readonly status: number; readonly headers: http.OutgoingHttpHeaders; readonly body: string } | undefined
}

export async function httpApiServer(options: HttpApiServerOptions = {}): Promise<HttpApiServer> {
  const { pods = 'forward' } = options
  const server = createApiServer({ clock: systemClock, random: seededRandom(1) })
  const asked: HttpApiServer['asked'] = []
  const greeter = await listen(http.createServer(greet))
  let tunnels = 0
  const api = http.createServer((request, response) => {
    const path = request.url ?? ''
    asked.push({ method: request.method ?? '', path, authorization: request.headers.authorization })
    const fixed = options.answer?.(path)
    if (fixed) return void response.writeHead(fixed.status, fixed.headers).end(fixed.body)
    if (options.tokens && !options.tokens.has(request.headers.authorization?.replace('Bearer ', '') ?? ''))
      return status(response, 401, 'Unauthorized', 'Unauthorized')
    if (path.includes('/portforward')) return status(response, 404, 'NotFound', 'the server could not find the requested resource')
    if (path.includes('/proxy')) return proxy(request, response, pods, greeter.port)
    return void serve(server, request, response)
  })
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v4.channel.k8s.io' })
  if (pods === 'forward')
    api.on('upgrade', (request, socket, head) => {
      if (!request.url?.includes('/pods/greeter/')) return refuse(socket, '404 Not Found')
      tunnels++
      sockets.handleUpgrade(request, socket, head, webSocket => bridge(webSocket, greeter.port))
    })
  if (pods === 'forbidden') api.on('upgrade', (_request, socket) => refuse(socket, '403 Forbidden'))
  const { port } = await listen(api)
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    asked,
    tunnels: () => tunnels,
    async close() {
      for (const client of sockets.clients) client.terminate()
      for (const each of [api, greeter.server]) {
        each.closeAllConnections()
        await new Promise(resolve => each.close(resolve))
      }
    },
  }
}

async function listen(server: http.Server): Promise<{ readonly server: http.Server; readonly port: number }> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}

const greet: http.RequestListener = (request, response) => {
  response.writeHead(200, { 'x-pod': 'yes', 'x-host': request.headers.host }).end(`hello ${(request.url ?? '').split('?')[1] ?? ''}`)
}

function status(response: http.ServerResponse, code: number, reason: string, message: string): void {
  response.writeHead(code, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message }))
}

function refuse(socket: Duplex, line: string): void {
  socket.end(`HTTP/1.1 ${line}\r\nContent-Length: 0\r\n\r\n`)
}

/** Kubernetes' v4 channels: data on 0, errors on 1, each begins with the port. */
function bridge(webSocket: WebSocket, port: number): void {
  for (const channel of [0, 1]) webSocket.send(Buffer.of(channel, port & 0xff, port >> 8))
  const connection = net.connect(port, '127.0.0.1')
  connection.on('data', data => webSocket.send(Buffer.concat([Buffer.of(0), data])))
  connection.on('close', () => webSocket.close())
  webSocket.on('message', data => connection.write((data as Buffer).subarray(1)))
  webSocket.on('close', () => connection.destroy())
}

function proxy(request: http.IncomingMessage, response: http.ServerResponse, pods: string, port: number): void {
  const found = /\/pods\/greeter:\d+\/proxy(.*)$/.exec(request.url ?? '')
  if (pods === 'forbidden')
    return status(response, 403, 'Forbidden', 'pods "greeter" is forbidden: User "bob" cannot get resource "pods/proxy"')
  if (!found) return status(response, 404, 'NotFound', 'pods "none" not found')
  http.get({ host: '127.0.0.1', port, path: found[1], agent: false }, answer => {
    response.writeHead(answer.statusCode ?? 0, answer.headers)
    answer.pipe(response)
  })
}

async function serve(server: ApiServer, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk as string
  const sent = {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    contentType: request.headers['content-type'],
    ...(body !== '' && { body: JSON.parse(body) as unknown }),
  }
  if (!sent.path.includes('watch=true')) return answer(response, server.handle(sent))
  const watch = server.watch(
    sent,
    event => response.write(`${JSON.stringify(event)}\n`),
    () => response.end(),
  )
  if (!('stop' in watch)) return answer(response, watch)
  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
  response.on('close', () => watch.stop())
}

function answer(response: http.ServerResponse, { status: code, headers, body }: ReturnType<ApiServer['handle']>): void {
  response.writeHead(code, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
}
