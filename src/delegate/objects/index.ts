// Objects of the namespace beside the traffic of a release: looked at, changed, and given back.
export { changeObjects } from './change.ts'
export { giveBackObjects } from './give-back.ts'
export { lookAtObjects, type Imagined, type LookedAt } from './look.ts'
export { recordedIn, restoreRelease, type Recorded, type Restored } from './restore.ts'
