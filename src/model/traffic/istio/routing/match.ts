import { RE2JS } from 're2js'
import type { HttpMatch, StringMatch } from '../objects.ts'
import { isClaim } from '../validation/headers.ts'
import { prepareRequest, type PreparedRequest, type RoutedRequest } from './request.ts'

type Condition = (request: PreparedRequest) => boolean
type TextCondition = (text: string) => boolean

const always: Condition = () => true

/**
 * A match as a fast condition on requests: all of its parts must hold.
 * Port, gateways and source are not asked: they decide for whom a route is made at all (`routesFor`).
 */
export function compileMatch(match: HttpMatch | undefined): Condition {
  if (!match) return always
  const conditions = [
    ...uriCondition(match),
    ...(['method', 'authority', 'scheme'] as const).flatMap(part => (match[part] ? [headerCondition(`:${part}`, match[part])] : [])),
    ...Object.entries(match.headers ?? {}).map(([name, wanted]) => headerCondition(name, wanted)),
    ...Object.entries(match.withoutHeaders ?? {}).map(([name, unwanted]) => withoutHeader(name, unwanted)),
    ...Object.entries(match.queryParams ?? {}).map(([name, wanted]) => parameterCondition(name, wanted)),
  ]
  return conditions.length === 0 ? always : request => conditions.every(condition => condition(request))
}

/** Whether a request fulfils a match. To ask often, compile the match once. */
export function matchesHttp(match: HttpMatch | undefined, request: RoutedRequest): boolean {
  return compileMatch(match)(prepareRequest(request))
}

/** Whether a match takes every request, so that nothing behind it is ever asked. */
export function isCatchAll(match: HttpMatch | undefined): boolean {
  if (!match) return true
  const { uri, method, authority, scheme } = match
  const conditions = [match.headers, match.withoutHeaders, match.queryParams].some(map => Object.keys(map ?? {}).length > 0)
  if (method || authority || scheme || conditions) return false
  return isUnsaid(uri) || uri?.prefix === '/' || uri?.regex === '.*'
}

function isUnsaid(match: StringMatch | undefined | null): boolean {
  return !match || (match.exact === undefined && match.prefix === undefined && match.regex === undefined)
}

/** `{}` and the regular expression `*` (which is none) ask whether something is there. */
function isPresence(match: StringMatch | undefined | null): boolean {
  return isUnsaid(match) || match?.regex === '*'
}

function uriCondition({ uri, ignoreUriCase }: HttpMatch): readonly Condition[] {
  if (!uri || isUnsaid(uri)) return []
  if (!ignoreUriCase || uri.regex !== undefined) {
    const fits = compileText(uri)
    return [request => fits(request.path)]
  }
  const fits = compileText(lowerCase(uri))
  return [request => fits(request.path.toLowerCase())]
}

function lowerCase({ exact, prefix }: StringMatch): StringMatch {
  return exact === undefined ? { prefix: (prefix ?? '').toLowerCase() } : { exact: exact.toLowerCase() }
}

/** Claims of tokens are not read here: such a header is never there. */
function headerCondition(name: string, wanted: StringMatch): Condition {
  if (isClaim(name)) return () => false
  const key = name.toLowerCase()
  if (isPresence(wanted)) return request => request.header(key) !== undefined
  const fits = compileText(wanted)
  return request => {
    const value = request.header(key)
    return value !== undefined && fits(value)
  }
}

/** A header that is missing counts as empty; asked for presence, it has to be missing. */
function withoutHeader(name: string, unwanted: StringMatch | null): Condition {
  if (isClaim(name)) return always
  const key = name.toLowerCase()
  if (isPresence(unwanted)) return request => request.header(key) === undefined
  const fits = compileText(unwanted as StringMatch)
  return request => !fits(request.header(key) ?? '')
}

function parameterCondition(name: string, wanted: StringMatch): Condition {
  if (isPresence(wanted)) return request => request.parameter(name) !== undefined
  const fits = compileText(wanted)
  return request => {
    const value = request.parameter(name)
    return value !== undefined && fits(value)
  }
}

/** A match of one text; `{}` is for the callers that know what it means. */
export function compileText({ exact, prefix, regex }: StringMatch): TextCondition {
  if (exact !== undefined) return text => text === exact
  if (prefix !== undefined) return text => text.startsWith(prefix)
  if (regex === '.*') return () => true
  const pattern = RE2JS.compile(regex ?? '')
  return text => pattern.matches(text)
}
