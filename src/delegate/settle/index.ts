// Settling: when has a change come through the mesh? By acknowledgement where the mesh can tell, else by waiting.
export { chooseSettle } from './choose.ts'
export { failures as settleFailures } from './failures.ts'
export { Mesh } from './mesh.ts'
export { defaultTimes, settleBySeconds, type SettleTimes } from './seconds.ts'
export type { LookedAt, Rejection, Seen, Settle } from './settle.ts'
