// Brings a release to a goal: observe, decide (model/release), act. The only loop that writes routes.
export type { ReleaseContext } from './context.ts'
export { inspectFully, inspectRelease } from './inspect-release.ts'
export type { FullInspection, Inspection, InspectInput } from './inspection.ts'
export { planRelease, type ReleasePlan } from './plan-release.ts'
export { reachGoal, type ReachGoal } from './reach-goal.ts'
export { openSessions, type Sessions } from './sessions.ts'
export type { ReleaseSurroundings } from './surroundings.ts'
export { watchRelease, type Finding } from './watch-release.ts'
