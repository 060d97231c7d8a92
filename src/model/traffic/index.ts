// Everything known about routes, as pure functions: splits read and written, objects validated as istiod does, requests resolved to destinations.
export { apportion } from './apportion.ts'
export { destinationText, type Destination } from './destination.ts'
export { routeFailure, traffic } from './failures.ts'
export { bypasses, claimsOnHosts, type Bypass, type Claim } from './istio/claims.ts'
export { effectiveRule, type EffectiveRule, type RuleClient, type RuleContext } from './istio/effective-rule.ts'
export { missingSubsets } from './istio/guards.ts'
export { bySpecificity, hostsInCommon, hostsOverlap, isSubsetOf, mostSpecificMatch, serverHostsFor } from './istio/host-match.ts'
export { expandHost, sameHost, type HostIn } from './istio/hosts.ts'
export {
  isIstio,
  istioGroup,
  istioVersions,
  type DestinationRule,
  type Gateway,
  type GatewayServer,
  type HttpMatch,
  type HttpRoute,
  type IstioKind,
  type RouteDestination,
  type StringMatch,
  type Subset,
  type VirtualService,
} from './istio/objects.ts'
export { serviceDomains, type NamedService } from './istio/service-domains.ts'
export {
  removeSubsets,
  restoreSubsets,
  selects,
  snapshotSubsets,
  subsetConflicts,
  subsetExists,
  subsetsOf,
  subsetsSelecting,
  writeSubsets,
  type Labels,
  type OwnSubset,
  type SubsetConflict,
  type SubsetSnapshot,
} from './istio/subsets.ts'
export { hidingEntry, routeRemarks, type Remark } from './istio/remarks.ts'
export type { Answer } from './istio/routing/answers.ts'
export { resolveDelegates } from './istio/routing/delegates.ts'
export type { Fault } from './istio/routing/fault.ts'
export { gatewayHosts } from './istio/routing/gateway-hosts.ts'
export { boundGateways, gatewaysSelecting, resolveGateway } from './istio/routing/gateway-reference.ts'
export { changeHeaders, type Headers } from './istio/routing/header-operations.ts'
export { hostTable, type HostTable } from './istio/routing/host-table.ts'
export { compileMatch, isCatchAll, matchesHttp } from './istio/routing/match.ts'
export { prepareRequest, type PreparedRequest, type RoutedRequest } from './istio/routing/request.ts'
export {
  mirrorsOf,
  resolveRequest,
  routingTable,
  type AnsweredBy,
  type Caller,
  type Matched,
  type Resolution,
  type RoutedDestination,
  type RoutingConfig,
  type RoutingTable,
} from './istio/routing/resolve.ts'
export { byAge, mergeRoutes, routesFor, type CompiledRoute, type RouteClient } from './istio/routing/routes.ts'
export { clusterKey, sharesOf, type KnownService, type Share, type ShareContext } from './istio/routing/shares.ts'
export { sidecarHosts } from './istio/routing/sidecar-hosts.ts'
export { responseHeaders, rewritePath, upstreamOf, type Upstream } from './istio/routing/upstream.ts'
export type { HostConfig, VirtualHost } from './istio/routing/virtual-hosts.ts'
export { isVisible } from './istio/routing/visibility.ts'
export { validateIstio } from './istio/validation/validate-istio.ts'
export { pathParts, type Finding, type Findings, type Refuser } from './istio/validation/findings.ts'
export type { RouteProblem } from './route-problem.ts'
export { istio } from './routers/istio.ts'
export {
  type Capabilities,
  type EntryChoice,
  type EntrySnapshot,
  type EntrySplit,
  type ManagedEntry,
  type Ours,
  type Outcome,
  type Router,
  type RouteSnapshot,
  type WeightedDestination,
} from './routers/router.ts'
export { checkRows, pinnedRows, rowProblemText, rowText, type Row, type RowProblem, type Side } from './rows.ts'
