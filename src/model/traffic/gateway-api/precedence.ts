import type { PreparedRequest } from '../istio/routing/request.ts'
import { asHttpMatch, compileRouteMatch, everything } from './match.ts'
import { namespaceOf, type GatewayRoute, type GatewayRule, type HttpRouteMatch } from './objects.ts'

/** One match of one rule, as a proxy asks it. */
export interface CompiledMatch {
  readonly route: GatewayRoute
  readonly rule: GatewayRule
  readonly ruleIndex: number
  readonly matchIndex: number
  /** In HTTP's terms, for a GRPCRoute too. */
  readonly match: HttpRouteMatch
  takes(request: PreparedRequest): boolean
}

/** The matches of a route, in its order. */
export function matchesOf(route: GatewayRoute): readonly CompiledMatch[] {
  return (route.spec.rules ?? []).flatMap((rule, ruleIndex) => {
    const matches = rule.matches?.length ? rule.matches.map(match => asHttpMatch(route.kind, match)) : [everything]
    return matches.map((match, matchIndex) => ({ route, rule, ruleIndex, matchIndex, match, takes: compileRouteMatch(match) }))
  })
}

/**
 * The order in which matches of one host are asked: exact paths, then longer prefixes, regular expressions last (as Istio does; the
 * specification leaves them open); then those with a method, with more headers, with more query parameters; then the older route, then by
 * namespace and name, then the route's own order.
 */
export function byPrecedence(a: CompiledMatch, b: CompiledMatch): number {
  const [first, second] = [rank(a), rank(b)]
  for (const [index, value] of first.entries()) if (value !== second[index]) return (second[index] as number) - value
  return a.route === b.route ? a.ruleIndex - b.ruleIndex || a.matchIndex - b.matchIndex : byAge(a.route, b.route)
}

const pathRanks: Readonly<Record<string, number>> = { Exact: 2, PathPrefix: 1, RegularExpression: 0 }

/** Whether one match is asked before another of the same route, whatever their order in it. */
export function ranksBefore(a: HttpRouteMatch, b: HttpRouteMatch): boolean {
  const second = rank({ match: b })
  const [place, value] = [...rank({ match: a }).entries()].find(([at, each]) => each !== second[at]) ?? []
  return place !== undefined && value !== undefined && value > (second[place] as number)
}

/** Higher is asked earlier, place by place. */
function rank({ match: { path, method, headers = [], queryParams = [] } }: Pick<CompiledMatch, 'match'>): readonly number[] {
  return [pathRanks[path?.type ?? 'PathPrefix'] ?? 0, path?.value?.length ?? 1, method ? 1 : 0, headers.length, queryParams.length]
}

/** The older one first; then by namespace and name. */
export function byAge(a: GatewayRoute, b: GatewayRoute): number {
  const [first, second] = [a, b].map(route => [route.metadata.creationTimestamp ?? '', `${namespaceOf(route)}/${route.metadata.name}`])
  const place = first?.[0] === second?.[0] ? 1 : 0
  return (first?.[place] ?? '') < (second?.[place] ?? '') ? -1 : 1
}
