import type { HttpDirectResponse } from '../objects.ts'
import type { Headers } from './header-operations.ts'

/** An answer that the proxy makes itself. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body?: string
}

export function directAnswer({ status, body }: HttpDirectResponse): Answer {
  const content = body?.string ?? (body?.bytes === undefined ? undefined : decode(body.bytes))
  return { status, headers: {}, ...(content === undefined ? {} : { body: content }) }
}

function decode(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), character => character.charCodeAt(0)))
}
