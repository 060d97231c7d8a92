// Requests of a release from one split to the next, as the proxies of its routes count them: seen, lost, answered by the wrong version.
export { TrafficCounter } from './counter.ts'
export type { Counted } from './proxy-levels.ts'
export type { Side, Split, SideVersion } from './shares.ts'
