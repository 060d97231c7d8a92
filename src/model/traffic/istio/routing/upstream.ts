import { RE2JS } from 're2js'
import type { HttpMatch, HttpRoute, RouteDestination } from '../objects.ts'
import { authorityOf, changeHeaders, type Headers } from './header-operations.ts'
import type { PreparedRequest } from './request.ts'

/** What a destination gets of a request. */
export interface Upstream {
  readonly host: string
  readonly path: string
  readonly headers: Headers
}

/** The request as a destination of the entry sees it: path, authority and headers as the route changes them. */
export function upstreamOf(
  request: { readonly prepared: PreparedRequest; readonly host: string; readonly headers: Headers },
  { entry, match }: { readonly entry: HttpRoute; readonly match: HttpMatch | undefined },
  row: RouteDestination,
): Upstream {
  const authority = entry.rewrite?.authority || authorityOf(entry.headers?.request)
  return {
    host: authority ?? authorityOf(row.headers?.request) ?? request.host,
    path: rewritePath(request.prepared, entry, match),
    headers: changedBy('request', request.headers, entry, row),
  }
}

/** Headers of an answer as the route changes them on its way back. */
export function responseHeaders(headers: Headers, entry: HttpRoute, row: RouteDestination): Headers {
  return changedBy('response', headers, entry, row)
}

/** A lone destination's operations come behind the entry's; one of several has its own done before. */
function changedBy(direction: 'request' | 'response', headers: Headers, entry: HttpRoute, row: RouteDestination): Headers {
  const [outer, inner] = [entry.headers?.[direction], row.headers?.[direction]]
  if (entry.route?.length === 1) return changeHeaders(headers, [outer, inner])
  return changeHeaders(changeHeaders(headers, [inner]), [outer])
}

/** Path and query behind the rewrite; a fragment never goes on. */
export function rewritePath({ path, query }: PreparedRequest, { rewrite }: HttpRoute, match: HttpMatch | undefined): string {
  const regex = rewrite?.uriRegexRewrite
  if (regex?.match) return replaceAll(path, regex.match, regex.rewrite ?? '') + query
  return rewrite?.uri ? rewrite.uri + path.slice(matchedLength(path, match)) + query : path + query
}

/** How much of the path a match has taken: a prefix (everything begins with `/`), or all of it. */
export function matchedLength(path: string, match: HttpMatch | undefined): number {
  const { prefix, exact, regex } = match?.uri ?? {}
  if (exact !== undefined || regex !== undefined) return path.length
  return (prefix ?? '/').length
}

/** As RE2 replaces: `\1` is a group, `\\` a backslash. */
function replaceAll(text: string, regex: string, replacement: string): string {
  const matcher = RE2JS.compile(regex).matcher(text)
  let result = ''
  let end = 0
  while (matcher.find()) {
    result +=
      text.slice(end, matcher.start()) +
      replacement.replace(/\\(\d|\\)/g, (_whole, what: string) => (what === '\\' ? what : (matcher.group(Number(what)) ?? '')))
    end = matcher.end()
  }
  return result + text.slice(end)
}
