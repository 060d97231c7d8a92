import { isPodReady } from '#sandbox/pods/index.ts'
import { equal } from '#sandbox/api-server/index.ts'
import { namesIn, type Controller, type ControllerWorld } from './controller.ts'
import { newPod } from './new-pod.ts'
import type { Objects } from './objects.ts'
import {
  conditionOf,
  controlledBy,
  controllerOf,
  hasLabels,
  isActive,
  keyOf,
  ownedBy,
  selects,
  timestamp,
  untilAvailable,
  withoutZeros,
  type Condition,
  type Pod,
  type ReplicaSet,
} from './shapes.ts'

const sets = 'replicasets.apps'

/** ReplicaSet → Pods: as many as wanted, with adoption, Kubernetes' order of removal, and the counts. */
export function replicaSetController(world: ControllerWorld, delay: () => number): Controller {
  const { objects, clock } = world
  return {
    name: 'replicaset',
    delay,
    watches: {
      [sets]: ({ object }) => [keyOf(object.metadata)],
      pods: ({ object }) => concerned(objects, object as Pod),
    },
    reconcile(key) {
      const { namespace, name } = namesIn(key)
      const set = objects.get(sets, namespace, name) as ReplicaSet | undefined
      if (!set) return undefined
      const failure = set.metadata.deletionTimestamp ? undefined : level(objects, set, clock.now())
      return count(objects, objects.get(sets, namespace, name) as ReplicaSet | undefined, failure, clock.now())
    },
  }
}

function concerned(objects: Objects, pod: Pod): readonly string[] {
  const owner = controllerOf(pod)
  if (owner) return owner.kind === 'ReplicaSet' ? [`${pod.metadata.namespace}/${owner.name}`] : []
  return (objects.list(sets, pod.metadata.namespace) as readonly ReplicaSet[])
    .filter(set => selects(set.spec.selector, pod.metadata.labels))
    .map(set => keyOf(set.metadata))
}

/** Adopts, creates or removes pods; answers why it could not create one. */
function level(objects: Objects, set: ReplicaSet, now: number): Condition | undefined {
  adopt(objects, set)
  const active = ownPods(objects, set).filter(isActive)
  const wanted = set.spec.replicas ?? 1
  for (const pod of active.toSorted(firstToGo).slice(0, Math.max(0, active.length - wanted)))
    objects.remove('pods', pod.metadata.namespace ?? '', pod.metadata.name)
  try {
    for (let missing = wanted - active.length; missing > 0; missing--) objects.create('pods', newPod(set, set.spec.template))
    return undefined
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { type: 'ReplicaFailure', status: 'True', lastTransitionTime: timestamp(now), reason: 'FailedCreate', message }
  }
}

function adopt(objects: Objects, set: ReplicaSet): void {
  for (const pod of objects.list('pods', set.metadata.namespace) as readonly Pod[]) {
    if (controllerOf(pod) || !isActive(pod) || !selects(set.spec.selector, pod.metadata.labels)) continue
    const ownerReferences = [...(pod.metadata.ownerReferences ?? []), controlledBy(set)]
    objects.replace('pods', { ...pod, metadata: { ...pod.metadata, ownerReferences } })
  }
}

function ownPods(objects: Objects, set: ReplicaSet): readonly Pod[] {
  return (objects.list('pods', set.metadata.namespace) as readonly Pod[]).filter(pod => ownedBy(pod, set))
}

/** Kubernetes' order: not yet on a node, not running, not ready, cheaper, ready for a shorter time, younger. */
function firstToGo(a: Pod, b: Pod): number {
  const of = (rank: (pod: Pod) => number): number => rank(a) - rank(b)
  return (
    of(pod => (pod.spec.nodeName ? 1 : 0)) ||
    of(pod => (pod.status?.phase === 'Running' ? 1 : 0)) ||
    of(pod => (isPodReady(pod) ? 1 : 0)) ||
    of(pod => Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0)) ||
    -of(pod => Date.parse(conditionOf(pod.status?.conditions, 'Ready')?.lastTransitionTime ?? '') || 0) ||
    -of(pod => Date.parse(pod.metadata.creationTimestamp ?? ''))
  )
}

/** Writes the counts; answers when the next ready pod becomes available. */
function count(objects: Objects, set: ReplicaSet | undefined, failure: Condition | undefined, now: number): number | undefined {
  if (!set) return undefined
  const pods = ownPods(objects, set)
  const active = pods.filter(isActive)
  const waits = active.map(pod => untilAvailable(pod, set.spec.minReadySeconds ?? 0, now)).filter(wait => wait !== undefined)
  const status = {
    replicas: active.length,
    ...withoutZeros({
      fullyLabeledReplicas: active.filter(pod => hasLabels(pod.metadata.labels, set.spec.template.metadata?.labels ?? {})).length,
      readyReplicas: active.filter(isPodReady).length,
      availableReplicas: waits.filter(wait => wait === 0).length,
      observedGeneration: set.metadata.generation ?? 0,
    }),
    terminatingReplicas: pods.filter(pod => pod.metadata.deletionTimestamp && !finished(pod)).length,
    ...(failure ? { conditions: [conditionOf(set.status?.conditions, 'ReplicaFailure') ?? failure] } : {}),
  }
  if (!equal(set.status ?? {}, status)) objects.replace(sets, { ...set, status }, 'status')
  const next = waits.filter(wait => wait > 0)
  return next.length > 0 ? Math.min(...next) : undefined
}

function finished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}
