// Where a request goes in a cluster and why: what was seen of its routing goes in, an explanation comes out.
export { gatewayNameLabel } from './doors.ts'
export { explain, servicesReached } from './explain.ts'
export { Explanation, type DoorExplanation, type ReachedDestination } from './explanation.ts'
export type { Question, RoutingFacts } from './facts.ts'
export { percent } from './percent.ts'
export { bypassedServices, bypassReport, BypassReport, type BypassFacts } from './bypass.ts'
