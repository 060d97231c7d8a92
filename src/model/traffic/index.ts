// Everything known about routes, as pure functions: splits read and written, objects validated as istiod does, requests resolved to destinations.
export { apportion } from './apportion.ts'
export { destinationText, type Destination } from './destination.ts'
export { routeFailure, traffic } from './failures.ts'
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
export { validateIstio } from './istio/validation/validate-istio.ts'
export type { Finding, Findings, Refuser } from './istio/validation/findings.ts'
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
