import { Agent, request as httpRequest } from 'node:http'
import { NoAnswer, type HttpAnswer, type HttpRequest } from './http.ts'
import type { Line, Program } from './line.ts'
import { cutServer, listen, plain, whole } from './socket-server.ts'

/** A line over a real HTTP server on the loopback interface, with kept connections. An application does not see on which port it was asked. */
export async function openSocket(program: Program, ip: string): Promise<Line> {
  const { port: listening, server } = await listen(0, request => program.answer(request, 0))
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
        server.close(() => resolve())
        server.closeIdleConnections()
      })
    },
    cut() {
      open = false
      cutServer(server)
      agent.destroy()
    },
  }
}

function exchange(to: { readonly agent: Agent; readonly port: number }, request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer> {
  const { method, path, headers, body } = request
  const options = { host: '127.0.0.1', port: to.port, agent: to.agent, method, path, headers, ...(signal ? { signal } : {}) }
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(options, incoming => {
      whole(incoming).then(
        content => resolve({ status: incoming.statusCode ?? 0, headers: plain(incoming.headers), body: content }),
        reject,
      )
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

function refused(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
}
