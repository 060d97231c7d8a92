import { compileText } from '../istio/routing/match.ts'
import type { PreparedRequest } from '../istio/routing/request.ts'
import type { GatewayRoute, GrpcRouteMatch, HttpRouteMatch, ValueMatch } from './objects.ts'

type Condition = (request: PreparedRequest) => boolean

/** What matches every request: a rule without matches has this one. */
export const everything: HttpRouteMatch = { path: { type: 'PathPrefix', value: '/' } }

/** A match of either kind of route as one of HTTP: what gRPC calls a service and a method are a path. */
export function asHttpMatch(kind: GatewayRoute['kind'], match: HttpRouteMatch | GrpcRouteMatch): HttpRouteMatch {
  return kind === 'HTTPRoute' ? (match as HttpRouteMatch) : grpcAsHttp(match as GrpcRouteMatch)
}

function grpcAsHttp({ method: call, headers }: GrpcRouteMatch): HttpRouteMatch {
  const rest = headers ? { headers } : {}
  if (!call?.service && !call?.method) return { ...everything, ...rest }
  const { type = 'Exact', service, method } = call
  if (type === 'RegularExpression')
    return { path: { type: 'RegularExpression', value: `/${service || '[^/]+'}/${method || '[^/]+'}` }, ...rest }
  if (!method) return { path: { type: 'PathPrefix', value: `/${service}/` }, ...rest }
  return service
    ? { path: { type: 'Exact', value: `/${service}/${method}` }, ...rest }
    : { path: { type: 'RegularExpression', value: `/[^/]+/${quoted(method)}` }, ...rest }
}

function quoted(text: string): string {
  return text.replaceAll(/[^\w]/g, character => `\\${character}`)
}

/** A match as a fast condition on requests: all of its parts must hold. */
export function compileRouteMatch(match: HttpRouteMatch): Condition {
  const { method } = match
  const conditions = [
    ...pathCondition(match),
    ...(method ? [(request: PreparedRequest) => request.header(':method') === method] : []),
    ...firstOfEach(match.headers, name => name.toLowerCase()).map(valueCondition((request, name) => request.header(name.toLowerCase()))),
    ...firstOfEach(match.queryParams, name => name).map(valueCondition((request, name) => request.parameter(name))),
  ]
  return request => conditions.every(condition => condition(request))
}

function pathCondition({ path }: HttpRouteMatch): readonly Condition[] {
  const { type = 'PathPrefix', value = '/' } = path ?? {}
  if (type === 'Exact') return [request => request.path === value]
  if (type === 'RegularExpression') {
    const fits = compileText({ regex: value })
    return [request => fits(request.path)]
  }
  const prefix = withoutSlash(value)
  return prefix === '' ? [] : [request => isUnder(request.path, prefix)]
}

/** A prefix counts whole segments: `/v2` covers `/v2` and `/v2/a`, and not `/v2a`. */
function isUnder(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/')
}

/** The slash at the end of a prefix says nothing. */
export function withoutSlash(prefix: string): string {
  return prefix.endsWith('/') ? prefix.slice(0, -1) : prefix
}

/** Of entries with equivalent names only the first counts. */
export function firstOfEach(entries: readonly ValueMatch[] = [], key: (name: string) => string): readonly ValueMatch[] {
  return entries.filter((entry, index) => entries.findIndex(other => key(other.name) === key(entry.name)) === index)
}

function valueCondition(read: (request: PreparedRequest, name: string) => string | undefined): (entry: ValueMatch) => Condition {
  return ({ name, type = 'Exact', value: wanted }) => {
    const fits = type === 'RegularExpression' ? compileText({ regex: wanted }) : (text: string) => text === wanted
    return request => {
      const value = read(request, name)
      return value !== undefined && fits(value)
    }
  }
}
