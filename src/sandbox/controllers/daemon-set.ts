import { isPodReady } from '#sandbox/pods/index.ts'
import { equal } from '#sandbox/api-server/index.ts'
import { namesIn, type Controller, type ControllerWorld } from './controller.ts'
import { newPod } from './new-pod.ts'
import type { Objects } from './objects.ts'
import { templateHash } from './pod-template.ts'
import { controllerOf, isActive, keyOf, ownedBy, withoutZeros, type Pod, type PodTemplate, type ReplicaSet } from './shapes.ts'

const sets = 'daemonsets.apps'
const revisionLabel = 'controller-revision-hash'

/** DaemonSet → one Pod on each node (the sandbox has one); a new template replaces it. */
export function daemonSetController({ objects }: ControllerWorld, delay: () => number): Controller {
  return {
    name: 'daemonset',
    delay,
    watches: {
      [sets]: ({ object }) => [keyOf(object.metadata)],
      pods: ({ object }) =>
        controllerOf(object)?.kind === 'DaemonSet' ? [`${object.metadata.namespace}/${controllerOf(object)?.name}`] : [],
    },
    reconcile(key) {
      const { namespace, name } = namesIn(key)
      const set = objects.get(sets, namespace, name) as ReplicaSet | undefined
      if (!set) return
      const revision = templateHash(set.spec.template)
      if (!set.metadata.deletionTimestamp) level(objects, set, revision)
      count(objects, set, revision)
    },
  }
}

function level(objects: Objects, set: ReplicaSet, revision: string): void {
  const pods = (objects.list('pods', set.metadata.namespace) as readonly Pod[]).filter(pod => ownedBy(pod, set))
  const labels = { ...set.spec.template.metadata?.labels, [revisionLabel]: revision }
  const template: PodTemplate = { ...set.spec.template, metadata: { ...set.spec.template.metadata, labels } }
  if (pods.length === 0) objects.create('pods', newPod(set, template))
  for (const pod of pods)
    if (isActive(pod) && pod.metadata.labels?.[revisionLabel] !== revision)
      objects.remove('pods', pod.metadata.namespace ?? '', pod.metadata.name)
}

function count(objects: Objects, set: ReplicaSet, revision: string): void {
  const pods = (objects.list('pods', set.metadata.namespace) as readonly Pod[]).filter(pod => ownedBy(pod, set) && isActive(pod))
  const ready = pods.filter(isPodReady).length
  const status = {
    currentNumberScheduled: pods.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: 1,
    numberReady: ready,
    ...withoutZeros({
      observedGeneration: set.metadata.generation ?? 0,
      updatedNumberScheduled: pods.filter(pod => pod.metadata.labels?.[revisionLabel] === revision).length,
      numberAvailable: ready,
      numberUnavailable: 1 - ready,
    }),
  }
  if (!equal(status, set.status ?? {})) objects.replace(sets, { ...set, status }, 'status')
}
