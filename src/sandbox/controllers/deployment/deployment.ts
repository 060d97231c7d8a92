import { namesIn, type Controller, type ControllerWorld } from '../controller.ts'
import type { Objects } from '../objects.ts'
import {
  conditionOf,
  controllerOf,
  keyOf,
  ownedBy,
  selects,
  controlledBy,
  isActive,
  type Deployment,
  type Pod,
  type ReplicaSet,
} from '../shapes.ts'
import { fenceposts, replicasOf } from './fenceposts.ts'
import {
  createCurrent,
  generationsOf,
  inheritedAnnotations,
  nextRevision,
  revisionAnnotation,
  revisionOf,
  sizeAnnotations,
} from './revision.ts'
import { isResized, resized, roomForCurrent, shrinkOld, totalWanted, type Generations, type Resize } from './sizes.ts'
import { countStatus, hasDeadline, isComplete, pauseConditions, rolloutStatus, sameStatus, untilDeadline, withCondition } from './status.ts'

const sets = 'replicasets.apps'
const deployments = 'deployments.apps'

/** Deployment → ReplicaSets: revisions, rolling update, recreate, pause, proportional scaling, status. */
export function deploymentController(world: ControllerWorld, delay: () => number): Controller {
  return {
    name: 'deployment',
    delay,
    watches: {
      [deployments]: ({ object }) => [keyOf(object.metadata)],
      [sets]: ({ object }) => ownerKey(object as ReplicaSet),
    },
    reconcile(key) {
      const { namespace, name } = namesIn(key)
      const found = world.objects.get(deployments, namespace, name) as Deployment | undefined
      return found && reconcile(world, found)
    },
  }
}

function ownerKey(set: ReplicaSet): readonly string[] {
  const owner = controllerOf(set)
  return owner?.kind === 'Deployment' ? [`${set.metadata.namespace}/${owner.name}`] : []
}

function reconcile({ objects, clock }: ControllerWorld, found: Deployment): number | undefined {
  const now = clock.now()
  if (found.metadata.deletionTimestamp) {
    write(objects, found, countStatus(found, generationsOf(found, ownSets(objects, found)), now))
    return undefined
  }
  const deployment = write(objects, found, { ...found.status, conditions: pauseConditions(found, now) })
  const generations = generationsOf(deployment, adopt(objects, deployment))
  const posts = fenceposts(deployment)
  const wanted = replicasOf(deployment)
  if (deployment.spec.paused || isResized(wanted, generations)) {
    resize(objects, deployment, resized(wanted, posts, generations, deployment.spec.strategy?.type !== 'Recreate'))
    if (deployment.spec.paused) prune(objects, deployment, generations)
    write(objects, deployment, countStatus(deployment, generationsOf(deployment, ownSets(objects, deployment)), now))
    return undefined
  }
  return roll(objects, deployment, generations, now)
}

function roll(objects: Objects, found: Deployment, before: Generations, now: number): number | undefined {
  const recreate = found.spec.strategy?.type === 'Recreate'
  if (recreate && before.old.some(set => replicasOf(set) > 0)) {
    resize(
      objects,
      found,
      before.old.filter(set => replicasOf(set) > 0).map(of => ({ of, to: 0 })),
    )
    return conclude(objects, found, now)
  }
  if (recreate && oldPodsRun(objects, found, before)) return conclude(objects, found, now)
  const { deployment, generations } = withCurrent(objects, found, before, now)
  const { current } = generations
  if (!current) return undefined
  const posts = fenceposts(deployment)
  const wanted = replicasOf(deployment)
  const room = recreate ? wanted : roomForCurrent(wanted, posts, generations)
  if (room !== replicasOf(current)) resize(objects, deployment, [{ of: current, to: room }])
  else if (totalWanted(generations.old) > 0) resize(objects, deployment, shrinkOld(wanted, posts, generations))
  return conclude(objects, deployment, now)
}

/** Writes the status of a Deployment as its ReplicaSets are now; answers when its deadline must be looked at. */
function conclude(objects: Objects, deployment: Deployment, now: number): number | undefined {
  const generations = generationsOf(deployment, ownSets(objects, deployment))
  const status = rolloutStatus(deployment, generations, now)
  if (isComplete(deployment, status)) prune(objects, deployment, generations)
  write(objects, deployment, status)
  const left = untilDeadline(deployment, conditionOf(status.conditions, 'Progressing'), now)
  // The deadline counts whole seconds: looked at exactly then, it would not be over yet.
  return left === undefined || left <= 0 ? undefined : left + 1000
}

/** Makes sure that the present template has a ReplicaSet, and that both say the right revision. */
function withCurrent(
  objects: Objects,
  found: Deployment,
  before: Generations,
  now: number,
): { deployment: Deployment; generations: Generations } {
  const existed = before.current !== undefined
  const revision = String(nextRevision(before))
  const current = before.current
    ? annotate(objects, found, before.current, revision)
    : createCurrent(objects, found, fenceposts(found), before)
  const reason = existed ? 'FoundNewReplicaSet' : 'NewReplicaSetCreated'
  const message = `${existed ? 'Found' : 'Created'} new replica set "${current.metadata.name}"`
  const conditions = found.status?.conditions ?? []
  const tells = hasDeadline(found) && (!existed || !conditionOf(conditions, 'Progressing'))
  const annotated = annotateDeployment(objects, found, String(Math.max(Number(revision), revisionOf(current))))
  const deployment = tells
    ? write(objects, annotated, {
        ...annotated.status,
        conditions: withCondition(conditions, { type: 'Progressing', status: 'True', reason, message }, now),
      })
    : annotated
  return { deployment, generations: { current, old: before.old } }
}

function annotate(objects: Objects, deployment: Deployment, set: ReplicaSet, revision: string): ReplicaSet {
  const newer = revisionOf(set) < Number(revision) ? { [revisionAnnotation]: revision } : {}
  const annotations = {
    ...set.metadata.annotations,
    ...inheritedAnnotations(deployment),
    ...newer,
    ...sizeAnnotations(deployment, fenceposts(deployment)),
  }
  const { minReadySeconds: _, ...spec } = set.spec
  const seconds = deployment.spec.minReadySeconds
  return objects.replace(sets, {
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: { ...spec, ...(seconds ? { minReadySeconds: seconds } : {}) },
  }) as ReplicaSet
}

function annotateDeployment(objects: Objects, deployment: Deployment, revision: string): Deployment {
  if (deployment.metadata.annotations?.[revisionAnnotation] === revision) return deployment
  const annotations = { ...deployment.metadata.annotations, [revisionAnnotation]: revision }
  return objects.replace(deployments, { ...deployment, metadata: { ...deployment.metadata, annotations } }) as Deployment
}

function resize(objects: Objects, deployment: Deployment, resizes: readonly Resize[]): void {
  const annotations = sizeAnnotations(deployment, fenceposts(deployment))
  const targets = new Map(resizes.map(({ of, to }) => [of.metadata.uid, to]))
  for (const set of ownSets(objects, deployment)) {
    const to = targets.get(set.metadata.uid)
    if (to === undefined && replicasOf(set) === 0) continue
    const metadata = { ...set.metadata, annotations: { ...set.metadata.annotations, ...annotations } }
    objects.replace(sets, { ...set, metadata, spec: { ...set.spec, replicas: to ?? replicasOf(set) } })
  }
}

function ownSets(objects: Objects, deployment: Deployment): readonly ReplicaSet[] {
  return (objects.list(sets, deployment.metadata.namespace) as readonly ReplicaSet[]).filter(set => ownedBy(set, deployment))
}

/** Own ReplicaSets, those included that match and have no controller: they are adopted. */
function adopt(objects: Objects, deployment: Deployment): readonly ReplicaSet[] {
  for (const set of objects.list(sets, deployment.metadata.namespace) as readonly ReplicaSet[]) {
    if (controllerOf(set) || set.metadata.deletionTimestamp || !selects(deployment.spec.selector, set.metadata.labels)) continue
    const ownerReferences = [...(set.metadata.ownerReferences ?? []), controlledBy(deployment)]
    objects.replace(sets, { ...set, metadata: { ...set.metadata, ownerReferences } })
  }
  return ownSets(objects, deployment)
}

function oldPodsRun(objects: Objects, deployment: Deployment, { old }: Generations): boolean {
  const pods = objects.list('pods', deployment.metadata.namespace) as readonly Pod[]
  return old.some(set => pods.some(pod => ownedBy(pod, set) && (isActive(pod) || pod.metadata.deletionTimestamp !== undefined)))
}

/** Removes old ReplicaSets without pods beyond the history limit, the oldest revisions first. */
function prune(objects: Objects, deployment: Deployment, generations: Generations): void {
  const limit = deployment.spec.revisionHistoryLimit ?? 10
  const empty = generations.old
    .filter(set => replicasOf(set) === 0 && (set.status?.replicas ?? 0) === 0 && !set.metadata.deletionTimestamp)
    .filter(set => (set.status?.observedGeneration ?? 0) >= (set.metadata.generation ?? 0))
    .toSorted((a, b) => revisionOf(a) - revisionOf(b))
  for (const { metadata } of empty.slice(0, Math.max(0, empty.length - limit)))
    objects.remove(sets, metadata.namespace ?? '', metadata.name)
}

function write(objects: Objects, deployment: Deployment, status: Deployment['status']): Deployment {
  if (sameStatus(deployment.status, status)) return deployment
  return objects.replace(deployments, { ...deployment, status }, 'status') as Deployment
}
