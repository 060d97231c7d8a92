import { objectName } from '#base/index.ts'
import { attach, isParent } from '../gateway-api/attachment.ts'
import { namespaceOf, type GatewayRoute } from '../gateway-api/objects.ts'
import type { CompiledMatch } from '../gateway-api/precedence.ts'
import { gatewayRouteHosts, type GatewayHost, type GatewayResolution, type GatewayRoutingConfig } from '../gateway-api/resolve.ts'
import { isSubsetOf } from '../istio/host-match.ts'
import { hostTable } from '../istio/routing/host-table.ts'
import { hostWithoutPort, prepareRequest, type PreparedRequest, type RoutedRequest } from '../istio/routing/request.ts'
import { entryLabel } from '../routers/choice.ts'
import { ruleMisses } from './rule-misses.ts'
import { runsOf, together, type AskedEntry, type Candidate, type Trace } from './trace.ts'

/** Where a request to a port of these Gateways goes by HTTPRoutes and GRPCRoutes, and why. */
export function traceGatewayApi(config: GatewayRoutingConfig, port: number, request: RoutedRequest): Trace<GatewayResolution> {
  const found = hostTable(gatewayRouteHosts(config, port).map(host => [host.domain, host] as const))(request.host)
  const matches = found?.matches ?? []
  return {
    ...(found ? { domain: found.domain } : {}),
    since: matches.map(({ route }) => route.metadata.creationTimestamp ?? '').toSorted()[0] ?? '',
    candidates: candidatesOf(config, { port, host: hostWithoutPort(request.host) }, found),
    entries: entriesOf(matches, prepareRequest(request)),
    resolution: found?.resolve(request) ?? { is: 'unknown-host' },
  }
}

function candidatesOf(
  config: GatewayRoutingConfig,
  asked: { readonly port: number; readonly host: string },
  found: GatewayHost | undefined,
): readonly Candidate[] {
  return config.routes.flatMap(route => {
    const hosts = (route.spec.hostnames ?? ['*']).filter(host => isSubsetOf(asked.host, host.toLowerCase()))
    return hosts.length === 0 ? [] : [{ object: objectName(route), hosts, ...placeOf(route, config, asked.port, found) }]
  })
}

function placeOf(
  route: GatewayRoute,
  { gateways, namespaceLabels }: GatewayRoutingConfig,
  port: number,
  found: GatewayHost | undefined,
): Pick<Candidate, 'role' | 'why'> {
  const asked = [...new Set((found?.matches ?? []).map(match => match.route))]
  if (asked.includes(route))
    return { role: 'asked', why: asked.length === 1 ? 'has this host' : `shares this host: the matches of ${asked.length} are merged` }
  const parents = (route.spec.parentRefs ?? []).flatMap(ref =>
    gateways.filter(gateway => isParent(ref, namespaceOf(route), gateway)).map(gateway => attach(route, ref, gateway, namespaceLabels)),
  )
  if (parents.length === 0) return { role: 'aside', why: `bound to ${parentNames(route)}` }
  const refused = parents.flatMap(parent => (parent.is === 'refused' ? [`${objectName(parent.gateway)}: ${parent.message}`] : []))
  if (refused.length === parents.length) return { role: 'aside', why: refused.join('; ') }
  const here = parents.some(parent => parent.is === 'attached' && parent.listeners.some(({ listener }) => listener.port === port))
  return { role: 'aside', why: here && found ? `the closer host ${found.domain} has these requests alone` : `not on port ${port}` }
}

function parentNames(route: GatewayRoute): string {
  const refs = route.spec.parentRefs ?? []
  const names = refs.map(({ kind = 'Gateway', namespace = namespaceOf(route), name }) => `${kind} ${namespace}/${name}`)
  return names.join(', ') || 'nothing'
}

function entriesOf(matches: readonly CompiledMatch[], request: PreparedRequest): readonly AskedEntry[] {
  const taken = matches.findIndex(match => match.takes(request))
  const groups = runsOf([...matches.entries()], ([, { route, ruleIndex }]) => `${objectName(route)} ${ruleIndex}`)
  return groups.map((group): AskedEntry => {
    const [[first, { route, rule, ruleIndex }]] = group
    const name = { object: objectName(route), entry: entryLabel(rule, ruleIndex) }
    if (group.some(([at]) => at === taken)) return { ...name, outcome: 'takes', why: [] }
    if (taken >= 0 && first > taken) return { ...name, outcome: 'behind', why: [] }
    return { ...name, outcome: 'passes', why: group.map(([, { match }]) => together(ruleMisses(match, request))) }
  })
}
