import { equal } from '#sandbox/api-server/index.ts'
import { conditionOf, timestamp, withoutZeros, type Condition, type Deployment } from '../shapes.ts'
import { fenceposts, replicasOf } from './fenceposts.ts'
import { allOf, totalAvailable, totalWanted, type Generations } from './sizes.ts'

type Status = NonNullable<Deployment['status']>

/** Kubernetes' sign for "no deadline". */
const noDeadline = 2_147_483_647

export function hasDeadline(deployment: Deployment): boolean {
  const { progressDeadlineSeconds = noDeadline } = deployment.spec
  return progressDeadlineSeconds !== noDeadline
}

/** Counts of a Deployment from its ReplicaSets, and the condition Available. */
export function countStatus(deployment: Deployment, generations: Generations, now: number): Status {
  const all = allOf(generations)
  const actual = (pick: 'replicas' | 'readyReplicas' | 'terminatingReplicas'): number =>
    all.reduce((sum, set) => sum + (set.status?.[pick] ?? 0), 0)
  const available = totalAvailable(all)
  const least = replicasOf(deployment) - fenceposts(deployment).unavailable
  const enough = available >= least
  return {
    ...withoutZeros({
      observedGeneration: deployment.metadata.generation ?? 0,
      replicas: actual('replicas'),
      updatedReplicas: generations.current?.status?.replicas ?? 0,
      readyReplicas: actual('readyReplicas'),
      availableReplicas: available,
      unavailableReplicas: Math.max(0, totalWanted(all) - available),
      collisionCount: deployment.status?.collisionCount ?? 0,
    }),
    terminatingReplicas: actual('terminatingReplicas'),
    conditions: withCondition(
      deployment.status?.conditions ?? [],
      enough
        ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
        : {
            type: 'Available',
            status: 'False',
            reason: 'MinimumReplicasUnavailable',
            message: 'Deployment does not have minimum availability.',
          },
      now,
    ),
  }
}

/** Adds the condition at the end, unless the same status and reason stand there; the time of the transition is kept where the status is. */
export function withCondition(conditions: readonly Condition[], condition: Condition, now: number): readonly Condition[] {
  const present = conditionOf(conditions, condition.type)
  if (present?.status === condition.status && present.reason === condition.reason) return conditions
  return [...withoutCondition(conditions, condition.type), stamped(condition, present, now)]
}

function withoutCondition(conditions: readonly Condition[], type: string): readonly Condition[] {
  return conditions.filter(condition => condition.type !== type)
}

function stamped(condition: Condition, present: Condition | undefined, now: number): Condition {
  const { type, status, reason = '', message = '' } = condition
  const at = timestamp(now)
  const lastTransitionTime = present?.status === status ? (present.lastTransitionTime ?? at) : at
  return { type, status, lastUpdateTime: at, lastTransitionTime, reason, message }
}

export function isComplete(deployment: Deployment, status: Status): boolean {
  const wanted = replicasOf(deployment)
  return [status.updatedReplicas, status.replicas, status.availableReplicas].every(count => (count ?? 0) === wanted)
}

function hasProgressed(before: Status = {}, now: Status): boolean {
  const of = (status: Status, pick: 'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas'): number => status[pick] ?? 0
  const old = (status: Status): number => of(status, 'replicas') - of(status, 'updatedReplicas')
  return (
    of(now, 'updatedReplicas') > of(before, 'updatedReplicas') ||
    old(now) < old(before) ||
    of(now, 'readyReplicas') > of(before, 'readyReplicas') ||
    of(now, 'availableReplicas') > of(before, 'availableReplicas')
  )
}

/** The status of a Deployment that rolls: counts, Available, Progressing, and a failure of its ReplicaSets. */
export function rolloutStatus(deployment: Deployment, generations: Generations, now: number): Status {
  const status = countStatus(deployment, generations, now)
  const conditions = hasDeadline(deployment)
    ? progressing(deployment, generations, status, now)
    : withoutCondition(status.conditions ?? [], 'Progressing')
  return { ...status, conditions: withFailure(conditions, generations, now) }
}

function progressing(deployment: Deployment, generations: Generations, status: Status, now: number): readonly Condition[] {
  const conditions = status.conditions ?? []
  const present = conditionOf(conditions, 'Progressing')
  const subject = `ReplicaSet "${newest(generations)}"`
  if (status.replicas === status.updatedReplicas && present?.reason === 'NewReplicaSetAvailable') return conditions
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`
    return withCondition(conditions, { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message }, now)
  }
  if (hasProgressed(deployment.status, status)) {
    const condition = { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message: `${subject} is progressing.` }
    return [...withoutCondition(conditions, 'Progressing'), stamped(condition, present, now)]
  }
  const deadline = untilDeadline(deployment, present, now)
  if (deadline === undefined || deadline > 0) return conditions
  const message = `${subject} has timed out progressing.`
  return withCondition(conditions, { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message }, now)
}

function newest({ current, old }: Generations): string {
  return (current ?? old.at(-1))?.metadata.name ?? ''
}

/** Milliseconds until the progress deadline; undefined where none runs. */
export function untilDeadline(deployment: Deployment, present: Condition | undefined, now: number): number | undefined {
  if (!hasDeadline(deployment) || !present || present.reason === 'NewReplicaSetAvailable' || deployment.spec.paused) return undefined
  if (present.reason === 'ProgressDeadlineExceeded') return 0
  return Date.parse(present.lastUpdateTime ?? '') + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 - now
}

function withFailure(conditions: readonly Condition[], generations: Generations, now: number): readonly Condition[] {
  const failure = allOf(generations)
    .toReversed()
    .map(set => conditionOf(set.status?.conditions, 'ReplicaFailure'))
    .find(Boolean)
  return failure ? withCondition(conditions, failure, now) : withoutCondition(conditions, 'ReplicaFailure')
}

/** The conditions of a Deployment that was just paused or resumed; the same list where neither happened. */
export function pauseConditions(deployment: Deployment, now: number): readonly Condition[] {
  const conditions = deployment.status?.conditions ?? []
  const reason = conditionOf(conditions, 'Progressing')?.reason
  if (!hasDeadline(deployment) || reason === 'ProgressDeadlineExceeded') return conditions
  if (deployment.spec.paused && reason !== 'DeploymentPaused')
    return withCondition(
      conditions,
      { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' },
      now,
    )
  if (!deployment.spec.paused && reason === 'DeploymentPaused')
    return withCondition(
      conditions,
      { type: 'Progressing', status: 'Unknown', reason: 'DeploymentResumed', message: 'Deployment is resumed' },
      now,
    )
  return conditions
}

export function sameStatus(a: unknown, b: unknown): boolean {
  return equal(a ?? {}, b ?? {})
}
