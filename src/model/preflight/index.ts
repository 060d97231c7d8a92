// What is looked at before the first write: facts of a release and its cluster go in, findings come out.
export { preflightFindings } from './check.ts'
export type { Around, Facts, RejectionSeen, Sight, StepGoals, Subject, WayBackTried } from './facts.ts'
export { failures as preflightFailures } from './failures.ts'
export { Concern, concerns, objection, ok, PreflightFinding, type Objection } from './finding.ts'
export { PreflightReport } from './report.ts'
export type { MissingRight, Need, Right, RightsSeen } from './right.ts'
export { neededRights, readingRights, rightFindings } from './rights.ts'
export { boundTo, type Binding } from './route.ts'
