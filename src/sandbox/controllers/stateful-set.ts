import { isPodReady } from '#sandbox/pods/index.ts'
import type { KubernetesObject } from '#base/index.ts'
import { equal } from '#sandbox/api-server/index.ts'
import { namesIn, type Controller, type ControllerWorld } from './controller.ts'
import { newPod } from './new-pod.ts'
import type { Objects } from './objects.ts'
import { templateHash } from './pod-template.ts'
import { controllerOf, isActive, keyOf, ownedBy, withoutZeros, type Pod, type PodTemplate, type ReplicaSet } from './shapes.ts'

const sets = 'statefulsets.apps'
const revisionLabel = 'controller-revision-hash'

interface StatefulSet extends KubernetesObject {
  readonly spec: ReplicaSet['spec']
  readonly status?: { readonly currentRevision?: string }
}

/** StatefulSet → Pods with numbers: created in order, each after its predecessor is ready; rolled from the last to the first. */
export function statefulSetController({ objects }: ControllerWorld, delay: () => number): Controller {
  return {
    name: 'statefulset',
    delay,
    watches: {
      [sets]: ({ object }) => [keyOf(object.metadata)],
      pods: ({ object }) => ownerKey(object),
    },
    reconcile(key) {
      const { namespace, name } = namesIn(key)
      const set = objects.get(sets, namespace, name) as StatefulSet | undefined
      if (!set) return
      const revision = `${name}-${templateHash(set.spec.template)}`
      if (!set.metadata.deletionTimestamp) step(objects, set, revision)
      count(objects, set, revision)
    },
  }
}

function ownerKey(pod: KubernetesObject): readonly string[] {
  const owner = controllerOf(pod)
  return owner?.kind === 'StatefulSet' ? [`${pod.metadata.namespace}/${owner.name}`] : []
}

function ordinal(pod: Pod): number {
  return Number(pod.metadata.name.slice(pod.metadata.name.lastIndexOf('-') + 1))
}

function ownPods(objects: Objects, set: StatefulSet): readonly Pod[] {
  const pods = objects.list('pods', set.metadata.namespace) as readonly Pod[]
  return pods.filter(pod => ownedBy(pod, set)).toSorted((a, b) => ordinal(a) - ordinal(b))
}

/** One change at a time: the first missing pod, else the last superfluous one, else the last of an older revision. */
function step(objects: Objects, set: StatefulSet, revision: string): void {
  const pods = ownPods(objects, set)
  const wanted = set.spec.replicas ?? 1
  const missing = Array.from({ length: wanted }, (_, n) => n).find(n => !pods.some(pod => ordinal(pod) === n))
  const settled = pods.every(pod => isActive(pod) && isPodReady(pod))
  if (missing !== undefined) {
    const before = pods.filter(pod => ordinal(pod) < missing)
    if (before.every(pod => isActive(pod) && isPodReady(pod)) && before.length === missing) create(objects, set, missing, revision)
    return
  }
  if (!settled) return
  const last = pods.at(-1)
  const stale = pods.filter(pod => pod.metadata.labels?.[revisionLabel] !== revision).at(-1)
  const victim = last && ordinal(last) >= wanted ? last : stale
  if (victim) objects.remove('pods', victim.metadata.namespace ?? '', victim.metadata.name)
}

function create(objects: Objects, set: StatefulSet, n: number, revision: string): void {
  const name = `${set.metadata.name}-${n}`
  const labels = {
    ...set.spec.template.metadata?.labels,
    [revisionLabel]: revision,
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(n),
  }
  const template: PodTemplate = { ...set.spec.template, metadata: { ...set.spec.template.metadata, labels } }
  objects.create('pods', newPod(set, template, name))
}

function count(objects: Objects, set: StatefulSet, revision: string): void {
  const pods = ownPods(objects, set).filter(isActive)
  const ready = pods.filter(isPodReady)
  const updated = pods.filter(pod => pod.metadata.labels?.[revisionLabel] === revision)
  const complete = updated.length === pods.length && ready.length === (set.spec.replicas ?? 1)
  const status = {
    replicas: pods.length,
    ...withoutZeros({
      observedGeneration: set.metadata.generation ?? 0,
      readyReplicas: ready.length,
      availableReplicas: ready.length,
      currentReplicas: complete ? pods.length : pods.length - updated.length,
      updatedReplicas: updated.length,
    }),
    currentRevision: complete ? revision : (set.status?.currentRevision ?? revision),
    updateRevision: revision,
    collisionCount: 0,
  }
  if (!equal(status, set.status ?? {})) objects.replace(sets, { ...set, status }, 'status')
}
