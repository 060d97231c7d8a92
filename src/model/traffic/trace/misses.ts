import type { HttpMatch, StringMatch } from '../istio/objects.ts'
import { compileMatch } from '../istio/routing/match.ts'
import type { PreparedRequest } from '../istio/routing/request.ts'
import { isClaim } from '../istio/validation/headers.ts'

/** What a request misses of a match, part by part: `header x-user is "8", not "7"`. Empty where the match takes it. */
export function misses(match: HttpMatch | undefined, request: PreparedRequest): readonly string[] {
  if (!match) return []
  const failed = (part: HttpMatch): boolean => !compileMatch(part)(request)
  const { uri, ignoreUriCase, headers, withoutHeaders, queryParams } = match
  return [
    ...(uri && failed({ uri, ...(ignoreUriCase ? { ignoreUriCase } : {}) }) ? [unlike('path', request.path, uri)] : []),
    ...(['method', 'authority', 'scheme'] as const).flatMap(part => {
      const wanted = match[part]
      return wanted && failed({ [part]: wanted }) ? [unlike(part, request.header(`:${part}`), wanted)] : []
    }),
    ...Object.entries(headers ?? {}).flatMap(([name, wanted]) =>
      failed({ headers: { [name]: wanted } }) ? [headerMiss(name, request.header(name.toLowerCase()), wanted)] : [],
    ),
    ...Object.entries(withoutHeaders ?? {}).flatMap(([name, unwanted]) =>
      failed({ withoutHeaders: { [name]: unwanted } })
        ? [`header ${name} is ${quoted(request.header(name.toLowerCase()))}, which it excludes`]
        : [],
    ),
    ...Object.entries(queryParams ?? {}).flatMap(([name, wanted]) =>
      failed({ queryParams: { [name]: wanted } }) ? [unlike(`parameter ${name}`, request.parameter(name), wanted)] : [],
    ),
  ]
}

function headerMiss(name: string, got: string | undefined, wanted: StringMatch): string {
  return isClaim(name) ? `it asks for ${name}, and claims of tokens are not looked at here` : unlike(`header ${name}`, got, wanted)
}

/** How a text fails a match; a text that is absent is missing. */
export function unlike(what: string, got: string | undefined, { exact, prefix, regex }: StringMatch): string {
  if (got === undefined) return `${what} is missing`
  if (exact !== undefined) return `${what} is ${quoted(got)}, not ${quoted(exact)}`
  if (prefix !== undefined) return `${what} ${quoted(got)} does not begin with ${quoted(prefix)}`
  return `${what} ${quoted(got)} does not match ${regex ?? ''}`
}

/** Empty for what is absent. */
function quoted(text = ''): string {
  return JSON.stringify(text)
}
