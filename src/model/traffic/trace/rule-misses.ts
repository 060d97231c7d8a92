import { compileRouteMatch, firstOfEach } from '../gateway-api/match.ts'
import type { HttpRouteMatch, ValueMatch } from '../gateway-api/objects.ts'
import type { PreparedRequest } from '../istio/routing/request.ts'
import { unlike } from './misses.ts'

/** What a request misses of a match of the Gateway API (in HTTP's terms), part by part. Empty where the match takes it. */
export function ruleMisses(match: HttpRouteMatch, request: PreparedRequest): readonly string[] {
  const failed = (part: HttpRouteMatch): boolean => !compileRouteMatch(part)(request)
  const { path, method, headers, queryParams } = match
  return [
    ...(path && failed({ path }) ? [pathMiss(path, request.path)] : []),
    ...(method && failed({ method }) ? [unlike('method', request.header(':method'), { exact: method })] : []),
    ...firstOfEach(headers, name => name.toLowerCase()).flatMap(header =>
      failed({ headers: [header] }) ? [valueMiss(`header ${header.name}`, request.header(header.name.toLowerCase()), header)] : [],
    ),
    ...firstOfEach(queryParams, name => name).flatMap(parameter =>
      failed({ queryParams: [parameter] }) ? [valueMiss(`parameter ${parameter.name}`, request.parameter(parameter.name), parameter)] : [],
    ),
  ]
}

function pathMiss({ type = 'PathPrefix', value = '/' }: NonNullable<HttpRouteMatch['path']>, path: string): string {
  if (type === 'PathPrefix') return `path ${JSON.stringify(path)} is not ${JSON.stringify(value)} or below it`
  return unlike('path', path, type === 'Exact' ? { exact: value } : { regex: value })
}

function valueMiss(what: string, got: string | undefined, { type = 'Exact', value }: ValueMatch): string {
  return unlike(what, got, type === 'RegularExpression' ? { regex: value } : { exact: value })
}
