// Everything known about routes, as pure functions: splits read and written, objects validated as istiod does, requests resolved to destinations.
export { apportion } from './apportion.ts'
export type { Destination } from './destination.ts'
export { routeFailure } from './failures.ts'
export { attach, isParent, listenersOf, type Attachment, type NamespaceLabels } from './gateway-api/attachment.ts'
export type { Backend, BackendProblem, BackendWorld } from './gateway-api/backends.ts'
export { appliedBy, type AppliedBy } from './gateway-api/applied-by-istio.ts'
export { isGatewayRoute, parentsOf, type ParentSupport } from './gateway-api/support.ts'
export { gatewayServices, istioGatewayController, istioGateways, type ServiceKey } from './gateway-api/istio-gateways.ts'
export type { GatewayRoute, KubernetesGateway, Listener, ParentRef, ReferenceGrant } from './gateway-api/objects.ts'
export {
  gatewayRouteHosts,
  type GatewayHost,
  type GatewayResolution,
  type GatewayRoutingConfig,
  type MatchedRule,
  type RoutedBackend,
} from './gateway-api/resolve.ts'
export { judgeRoute, type Judgement } from './gateway-api/route-status.ts'
export { canaryPolicyOf, type CanaryPolicy } from './ingress-nginx/canary.ts'
export {
  nginxConfiguration,
  type NginxCanary,
  type NginxConfiguration,
  type NginxLocation,
  type NginxUpstream,
} from './ingress-nginx/configuration.ts'
export { isIngress, nginxController, nginxIngresses, type Ingress } from './ingress-nginx/objects.ts'
export { nginxTable, type CanaryReason, type NginxResolution } from './ingress-nginx/resolve.ts'
export { analyzeDestinations, analyzeIstio, type DestinationMessage } from './istio/analysis/analyze.ts'
export { istioCodes, type AnalyzedConfig, type AnalyzerMessage, type IstioCode, type Missing } from './istio/analysis/analyzer.ts'
export { bypasses, claimsOnHosts, type Bypass, type Claim } from './istio/claims.ts'
export { isVisible } from './istio/routing/visibility.ts'
export { effectiveRule, type EffectiveRule, type RuleClient, type RuleContext } from './istio/effective-rule.ts'
export { bySpecificity, isSubsetOf } from './istio/host-match.ts'
export { expandHost, sameHost, type HostIn } from './istio/hosts.ts'
export type {
  DestinationRule,
  Gateway,
  GatewayServer,
  HttpMatch,
  HttpRoute,
  IstioKind,
  RouteDestination,
  Sidecar,
  StringMatch,
  Subset,
  VirtualService,
} from './istio/objects.ts'
export type { NamedService } from './istio/service-domains.ts'
export {
  removeSubsets,
  restoreSubsets,
  snapshotSubsets,
  subsetConflicts,
  subsetsOf,
  subsetsSelecting,
  writeSubsets,
  type Labels,
  type OwnSubset,
  type SubsetConflict,
  type SubsetSnapshot,
} from './istio/subsets.ts'
export { hidingEntry, routeRemarks, takesEverything, type Remark } from './istio/remarks.ts'
export { sessionSigns, type SessionSign } from './istio/session-signs.ts'
export type { Answer } from './istio/routing/answers.ts'
export { resolveDelegates } from './istio/routing/delegates.ts'
export type { Fault } from './istio/routing/fault.ts'
export { gatewayHosts } from './istio/routing/gateway-hosts.ts'
export { boundGateways, gatewaysSelecting } from './istio/routing/gateway-reference.ts'
export type { Headers } from './istio/routing/header-operations.ts'
export { hostTable, type HostTable } from './istio/routing/host-table.ts'
export type { PreparedRequest, RoutedRequest } from './istio/routing/request.ts'
export {
  mirrorsOf,
  routingTable,
  type AnsweredBy,
  type Caller,
  type Matched,
  type Resolution,
  type RoutedDestination,
  type RoutingConfig,
  type RoutingTable,
} from './istio/routing/resolve.ts'
export type { CompiledRoute, RouteClient } from './istio/routing/routes.ts'
export { clusterKey, sharesOf, type KnownService, type Share, type ShareContext } from './istio/routing/shares.ts'
export { responseHeaders, type Upstream } from './istio/routing/upstream.ts'
export type { HostConfig, VirtualHost } from './istio/routing/virtual-hosts.ts'
export { validateIstio } from './istio/validation/validate-istio.ts'
export { pathParts, type Finding, type Findings, type Refuser } from './istio/validation/findings.ts'
export type { RouteProblem } from './route-problem.ts'
export { requestMatchText, type Apart, type ApartChange, type Sticky } from './routers/apart.ts'
export { besideWeight, HEADER_ROUTES, readHeaderRoutes } from './routers/nginx-apart.ts'
export { entryLabel } from './routers/choice.ts'
export { routerOf } from './routers/routers.ts'
export { serviceSelector } from './routers/service.ts'
export type {
  Acceptance,
  Beside,
  Capabilities,
  EntryChoice,
  EntrySnapshot,
  EntrySplit,
  ManagedEntry,
  Ours,
  Outcome,
  Router,
  RouteSnapshot,
  WeightedDestination,
} from './routers/router.ts'
export { pinnedRows, type Row, type RowProblem, type Side } from './rows.ts'
export { traceGatewayApi } from './trace/trace-gateway-api.ts'
export { traceIstio } from './trace/trace-istio.ts'
export type { AskedEntry, Candidate, Trace } from './trace/trace.ts'
