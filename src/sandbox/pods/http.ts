/** Header names in lower case. */
export type Headers = Readonly<Record<string, string>>

/** The header of a request that comes through a port-forward: to the program in the pod it comes from its own localhost. */
export const fromLocalhost = 'x-sandbox-from-localhost'

/** One HTTP request inside the sandbox; bodies are whole. */
export interface HttpRequest {
  readonly method: string
  /** With its query: `/cart?item=3`. */
  readonly path: string
  readonly headers: Headers
  readonly body?: string | Uint8Array
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string | Uint8Array
}

/** Where a request goes: an address of the pod network. */
export interface Address {
  readonly ip: string
  readonly port: number
}

/** `refused`: nothing listens there. `reset`: the connection broke before an answer. */
export type NoAnswerReason = 'refused' | 'reset'

/** A request that got no answer at all. */
export class NoAnswer extends Error {
  readonly reason: NoAnswerReason

  constructor(address: Address, reason: NoAnswerReason) {
    super(`${address.ip}:${address.port}: connection ${reason}`)
    this.name = 'NoAnswer'
    this.reason = reason
  }
}

/** An answer as JSON. */
export function json(status: number, value: unknown, headers: Headers = {}): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

/** An answer as plain text. */
export function text(status: number, body: string, headers: Headers = {}): HttpAnswer {
  return { status, headers: { 'content-type': 'text/plain', ...headers }, body }
}
