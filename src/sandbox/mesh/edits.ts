import type { HttpRoute, RouteDestination } from '#model/traffic/index.ts'
import type { Headers, HttpAnswer, HttpRequest } from '#sandbox/pods/index.ts'

type Operations = RouteDestination['headers']
type Operation = NonNullable<Operations>['request']

/** A request as a route rewrites it: path, authority, then the headers of the route and of the destination. */
export function editRequest(request: HttpRequest, route: HttpRoute, destination: Operations): HttpRequest {
  const { rewrite } = route
  if (!rewrite && !route.headers?.request && !destination?.request) return request
  const path = rewrite?.uri === undefined ? request.path : rewritten(request.path, rewrite.uri, route)
  const authority = rewrite?.authority === undefined ? {} : { host: rewrite.authority }
  const headers = apply(apply({ ...request.headers, ...authority }, route.headers?.request), destination?.request)
  return { ...request, path, headers }
}

export function editResponse(answer: HttpAnswer, route: HttpRoute, destination: Operations): HttpAnswer {
  if (!route.headers?.response && !destination?.response) return answer
  return { ...answer, headers: apply(apply(answer.headers, route.headers?.response), destination?.response) }
}

/** What a prefix match matched is replaced; any other match's path as a whole. */
function rewritten(path: string, to: string, { match }: HttpRoute): string {
  const prefix = match?.map(({ uri }) => uri?.prefix).find(one => one !== undefined && path.startsWith(one))
  if (prefix !== undefined) return to + path.slice(prefix.length)
  const query = path.indexOf('?')
  return query < 0 ? to : to + path.slice(query)
}

function apply(headers: Headers, operation: Operation): Headers {
  if (!operation) return headers
  const result: Record<string, string> = { ...headers }
  for (const [name, value] of Object.entries(operation.set ?? {})) result[name.toLowerCase()] = value
  for (const [name, value] of Object.entries(operation.add ?? {})) {
    const present = result[name.toLowerCase()]
    result[name.toLowerCase()] = present === undefined ? value : `${present}, ${value}`
  }
  for (const name of operation.remove ?? []) delete result[name.toLowerCase()]
  return result
}
