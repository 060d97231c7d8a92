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
  const former = context.request.header(':scheme') ?? 'http'
  const scheme = redirect.scheme || former
  const host = redirect.authority || hostFor(context.host, former, scheme)
  const port = redirect.derivePort === 'FROM_REQUEST_PORT' ? context.listenerPort : redirect.port
  const location = `${scheme}://${withPort(host, port === defaultPorts[scheme] ? undefined : port)}${redirectedPath(redirect, context)}`
  return { status, headers: { location } }
}

/** The host as asked for; where the scheme changes, without the port that belonged to the former one. */
function hostFor(host: string, former: string, scheme: string): string {
  return former === scheme ? host : host.replace(new RegExp(`:${defaultPorts[former] ?? ''}$`), '')
}

function withPort(host: string, port: number | undefined): string {
  return port ? `${host.replace(/:\d+$/, '')}:${port}` : host
}

function redirectedPath({ uri, prefixRewrite }: HttpRedirect, { request, match }: RedirectContext): string {
  if (prefixRewrite) return prefixRewrite + request.path.slice(matchedLength(request.path, match)) + request.query
  if (!uri) return request.path + request.query
  return uri.includes('?') ? uri : uri + request.query
}
