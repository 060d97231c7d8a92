// Leaves used by three domains or more, each file named for what it gives.
export { canonicalJson } from './canonical-json.ts'
export { sleep, systemClock, type Clock } from './clock.ts'
export { formatDuration, parseDuration } from './duration.ts'
export {
  defineFailures,
  Failure,
  failureKinds,
  kind,
  toFailureRecord,
  type Blame,
  type FailureKind,
  type FailureRecord,
  type Place,
} from './failure.ts'
export { pointer, type JsonPatch, type JsonPatchOperation } from './json-patch.ts'
export { objectName, type Json, type KubernetesObject, type ObjectMeta, type OwnerReference } from './kubernetes-object.ts'
export { problemOf, showProblem, type Problem } from './problem.ts'
export { remembered, rememberedOf } from './remembered.ts'
export { randomName, seededRandom, type Random } from './random.ts'
export { VirtualClock } from './virtual-clock.ts'
