// Settling: when has a change come through the mesh? By acknowledgement where the mesh can tell, else by waiting.
export { openSettling, type Settling } from './settling.ts'
export { settleBySeconds, type SettleTimes } from './seconds.ts'
export { specVersion } from './spec-version.ts'
export type { LookedAt, Rejection, Seen, ServiceLookedAt, Settle } from './settle.ts'
