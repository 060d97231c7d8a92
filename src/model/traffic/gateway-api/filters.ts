import type { CorsPolicy, HeaderOperation, StringMatch } from '../istio/objects.ts'
import type { Answer } from '../istio/routing/answers.ts'
import { changeHeaders, type Headers } from '../istio/routing/header-operations.ts'
import { hostWithoutPort, type PreparedRequest } from '../istio/routing/request.ts'
import { withoutSlash } from './match.ts'
import type { CorsFilter, HeaderModifier, HttpRouteMatch, PathModifier, RequestMirror, RequestRedirect, RouteFilter } from './objects.ts'

/** Ports that a location does not name. */
const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443 }

/** Filters that a proxy plays; a rule with any other one answers 500, as the specification asks. */
const known = new Set(['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite', 'RequestMirror', 'CORS'])

/** The first filter that no proxy plays, by its type. */
export function unknownFilter(filters: readonly RouteFilter[] = []): string | undefined {
  return filters.find(({ type }) => !known.has(type))?.type
}

/** Headers behind the filters of a direction, one list of filters after the other. */
export function filterHeaders(
  headers: Headers,
  direction: 'request' | 'response',
  ...lists: readonly (readonly RouteFilter[] | undefined)[]
): Headers {
  const key = direction === 'request' ? 'requestHeaderModifier' : 'responseHeaderModifier'
  const modifiers = lists.flatMap(filters => (filters ?? []).flatMap(filter => filter[key] ?? []))
  return modifiers.reduce((sofar, modifier) => changeHeaders(sofar, [operationOf(modifier)]), headers)
}

/** Istio's operations read `%%` as one sign; here values mean what they say. */
function operationOf({ set = [], add = [], remove = [] }: HeaderModifier): HeaderOperation {
  const values = (entries: typeof set): Readonly<Record<string, string>> =>
    Object.fromEntries(entries.map(({ name, value }) => [name, value.replaceAll('%', '%%')]))
  return { set: values(set), add: values(add), remove }
}

/** What a redirect answers. `port` is the listener's: it stands in the location where neither port nor scheme is said. */
export function redirect(to: RequestRedirect, match: HttpRouteMatch, request: PreparedRequest, port: number): Answer {
  const scheme = to.scheme ?? request.header(':scheme') ?? 'http'
  const host = to.hostname ?? hostWithoutPort(request.header(':authority') ?? '')
  const wanted = to.port ?? (to.scheme ? defaultPorts[scheme] : port)
  const authority = wanted === defaultPorts[scheme] ? host : `${host}:${wanted}`
  const location = `${scheme}://${authority}${modifiedPath(to.path, match, request)}${request.query}`
  return { status: to.statusCode ?? 302, headers: { location } }
}

/** The path behind a modifier, without the query. */
export function modifiedPath(modifier: PathModifier | undefined, { path: matched }: HttpRouteMatch, { path }: PreparedRequest): string {
  if (!modifier) return path
  if (modifier.type === 'ReplaceFullPath') return modifier.replaceFullPath ?? '/'
  // Only a prefix can be replaced; the server refuses other matches beside this modifier.
  const prefix = (matched?.type ?? 'PathPrefix') === 'PathPrefix' ? withoutSlash(matched?.value ?? '/') : ''
  const rest = path.slice(prefix.length)
  const replacement = modifier.replacePrefixMatch ?? ''
  return rest === '' ? replacement || '/' : withoutSlash(replacement) + rest
}

/** The part of the requests that is mirrored, 0 to 1. */
export function mirrorShare({ percent, fraction }: RequestMirror): number {
  if (percent !== undefined) return percent / 100
  return fraction ? Math.min(1, fraction.numerator / (fraction.denominator ?? 100)) : 1
}

/** The first CORS filter as Istio's policy. */
export function corsPolicyOf(filters: readonly RouteFilter[] = []): CorsPolicy | undefined {
  const cors = filters.find(({ type }) => type === 'CORS')?.cors
  return cors && policyOf(cors)
}

function policyOf({ allowOrigins = [], maxAge = 5, ...rest }: CorsFilter): CorsPolicy {
  return { ...rest, allowOrigins: allowOrigins.map(origin), maxAge: `${maxAge}s` }
}

/** `https://*.example.com` covers every name below. */
function origin(text: string): StringMatch {
  if (text === '*' || !text.includes('*')) return { exact: text }
  return { regex: text.replaceAll(/[^\w*]/g, character => `\\${character}`).replaceAll('*', '.+') }
}
