import { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { failures } from '../failures.ts'
import type { PodName } from '../cluster.ts'
import type { Access, Credentials } from './access.ts'
import { reasonOf } from './exchange.ts'

/** Kubernetes' channels over a WebSocket: the first byte of a message names the channel. */
const protocol = 'v4.channel.k8s.io'
const dataChannel = 0
const errorChannel = 1

/** An answer of the API server in place of a tunnel: it may not, cannot, or there is no such pod. */
export class NoTunnel extends Error {
  readonly status: number

  constructor(status: number) {
    super(`the API server answers ${status} to port-forward`)
    this.status = status
  }
}

/** Opens a connection to a port of a pod, as `kubectl port-forward` does. Rejects with NoTunnel, or POD_UNREACHABLE. */
export async function openTunnel(credentials: Credentials, pod: PodName, port: number): Promise<Duplex> {
  const { WebSocket: Socket } = await import('ws')
  const access = await credentials.current()
  const socket = new Socket(addressOf(access, pod, port), protocol, {
    ...access.tls,
    headers: access.headers as Record<string, string>,
    handshakeTimeout: 10_000,
  })
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(new Tunnel(socket)))
    socket.once('unexpected-response', (_request, response) => {
      response.resume()
      socket.terminate()
      reject(new NoTunnel(response.statusCode ?? 0))
    })
    socket.once('error', error => {
      const name = `${pod.namespace}/${pod.name}`
      reject(failures.POD_UNREACHABLE({ cluster: credentials.name, pod: name, port, reason: reasonOf(error) }, error))
    })
  })
}

function addressOf({ server }: Access, pod: PodName, port: number): string {
  const { namespace, name } = pod
  const base = server.href.replace(/^http/, 'ws').replace(/\/+$/, '')
  return `${base}/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/portforward?ports=${port}`
}

/** A tunnel as a stream; with the methods of a socket that an HTTP agent calls. */
class Tunnel extends Duplex {
  readonly #socket: WebSocket
  /** Both channels begin with the port number, in two bytes. */
  readonly #greeted = new Set<number>()

  constructor(socket: WebSocket) {
    super()
    this.#socket = socket
    socket.on('message', data => this.#take(bytesOf(data)))
    socket.on('close', () => this.push(null))
    socket.on('error', error => this.destroy(error))
  }

  #take(message: Buffer): void {
    const channel = message[0] ?? dataChannel
    const content = message.subarray(this.#greeted.has(channel) ? 1 : 3)
    this.#greeted.add(channel)
    if (content.length === 0) return
    if (channel === errorChannel) this.destroy(new Error(content.toString('utf8')))
    else this.push(content)
  }

  override _read(): void {
    // Messages are pushed as they come: what we read from pods is small.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.send(Buffer.concat([Buffer.of(dataChannel), chunk]), done)
  }

  override _final(done: () => void): void {
    this.#socket.close()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.terminate()
    done(error)
  }

  setTimeout(): this {
    return this
  }
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
