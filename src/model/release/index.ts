// The protocol by which traffic moves: goal, snapshot and view go in, the next move comes out.
export type { Arrival, EndpointArrival, ListedEndpoint, Reached } from './arrival.ts'
export { Goal, GoalRow, Instances } from './goal.ts'
export { ClusterRef, Release, SettleSettings } from './release.ts'
export { Snapshot } from './snapshot.ts'
