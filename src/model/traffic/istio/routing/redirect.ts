import type { HttpMatch, HttpRedirect } from '../objects.ts'
import type { Answer } from './answers.ts'
import type { PreparedRequest } from './request.ts'
import { matchedLength } from './upstream.ts'

/** What Envoy can answer with; another code leaves an entry without an action. */
const redirectCodes = [301, 302, 303, 307, 308]

/** Ports that a location does not name. */
const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443 }

export interface RedirectContext {
  readonly request: PreparedRequest
  readonly host: string
  readonly match: HttpMatch | undefined
  readonly listenerPort: number
}

/** Undefined where the code is none that a proxy knows. */
export function redirectAnswer(redirect: HttpRedirect, context: RedirectContext): Answer | undefined {
  const status = redirect.redirectCode || 301
  if (!redirectCodes.includes(status)) return undefined
  const scheme = redirect.scheme || context.request.header(':scheme') || 'http'
  const port = redirect.derivePort === 'FROM_REQUEST_PORT' ? context.listenerPort : redirect.port
  const named = port && port !== defaultPorts[scheme] ? `:${port}` : ''
  const kept =
    redirect.authority || (port === undefined && redirect.derivePort === undefined ? context.host : context.host.replace(/:\d+$/, ''))
  return { status, headers: { location: `${scheme}://${kept}${named}${redirectedPath(redirect, context)}` } }
}

function redirectedPath({ uri, prefixRewrite }: HttpRedirect, { request, match }: RedirectContext): string {
  if (prefixRewrite) return prefixRewrite + request.path.slice(matchedLength(request.path, match)) + request.query
  if (!uri) return request.path + request.query
  return uri.includes('?') ? uri : uri + request.query
}
