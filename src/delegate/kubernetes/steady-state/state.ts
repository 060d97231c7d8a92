import { objectName, type KubernetesObject } from '#base/index.ts'

/** Whether an object is what it was asked to be. `failed`: it will not become so by waiting. */
export interface SteadyState {
  readonly is: 'current' | 'inProgress' | 'failed'
  /** One word for machines; those of kstatus where it has one: `LessReplicas`. */
  readonly reason: string
  /** For people, beginning with the object: `Deployment shop/cart: 3 of 5 pods ready`. */
  readonly message: string
  /** While in progress: when it counts as failed by a deadline of its own (milliseconds since 1970), where it has one. */
  readonly ends?: number
}

/** Objects that tell more than the object itself does: the ReplicaSets and pods of a workload. */
export interface Related {
  readonly replicaSets?: readonly KubernetesObject[]
  readonly pods?: readonly KubernetesObject[]
}

/** The rule of one kind; `now` in milliseconds since 1970. */
export type SteadyStateRule = (object: KubernetesObject, related: Related, now: number) => SteadyState

export const current = (object: KubernetesObject, says: string): SteadyState => state('current', object, 'Current', says)

export const inProgress = (object: KubernetesObject, reason: string, says: string): SteadyState => state('inProgress', object, reason, says)

export const failed = (object: KubernetesObject, reason: string, says: string): SteadyState => state('failed', object, reason, says)

function state(is: SteadyState['is'], object: KubernetesObject, reason: string, says: string): SteadyState {
  return { is, reason, message: `${objectName(object)}: ${says}` }
}

/** A condition of a status. */
export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
  readonly lastUpdateTime?: string
}

export function conditionOf(object: KubernetesObject, type: string): Condition | undefined {
  const { conditions } = (object.status ?? {}) as { readonly conditions?: readonly Condition[] }
  return conditions?.find(condition => condition.type === type)
}

/** Milliseconds by which Kubernetes looks later than a deadline says, so that the seconds in which it keeps times do not bring it too early. */
const controllerRoom = 1000

/** A state in progress that fails by itself so many seconds after a time; unchanged where one of the two is not known. */
export function endingAfter(state: SteadyState, since: string | undefined, seconds: number | undefined): SteadyState {
  const ends = Date.parse(since ?? '') + (seconds ?? Number.NaN) * 1000 + controllerRoom
  return state.is === 'inProgress' && !Number.isNaN(ends) ? { ...state, ends } : state
}

/** One thing that is still missing: its reason, whether it is, and how to say it. */
export type Shortfall = readonly [reason: string, missing: boolean, says: string]

/** The first of the shortfalls that holds, else current. */
export function firstShortfall(object: KubernetesObject, shortfalls: readonly Shortfall[], complete: string): SteadyState {
  const found = shortfalls.find(([, missing]) => missing)
  return found ? inProgress(object, found[0], found[2]) : current(object, complete)
}

/** `3 of 5 pods ready` */
export function soMany(have: number, want: number, what: string): string {
  return `${have} of ${want} pods ${what}`
}

/** `1 pod`, `3 pods` */
export function pods(count: number): string {
  return `${count} pod${count === 1 ? '' : 's'}`
}
