import type { KubernetesObject } from '#base/index.ts'
import type { Related } from './state.ts'

const revision = 'deployment.kubernetes.io/revision'

/** What older revisions of a Deployment suffer is not this roll's trouble. */
export function currentReplicaSets(object: KubernetesObject, { replicaSets = [] }: Related): readonly KubernetesObject[] {
  const wanted = object.metadata.annotations?.[revision]
  return ownedBy(object, replicaSets).filter(set => set.metadata.annotations?.[revision] === wanted)
}

/** The pods that a workload has now and is to keep: those of an older revision, and those on their way out, are left out. */
export function presentPods(object: KubernetesObject, related: Related): readonly KubernetesObject[] {
  const { pods = [] } = related
  const living = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  if (object.kind === 'Deployment') return currentReplicaSets(object, related).flatMap(set => ownedBy(set, living))
  return ownedBy(object, living).filter(isPresent[object.kind]?.(object) ?? (() => true))
}

/** By the labels that the controllers of such kinds give. */
const isPresent: Readonly<Record<string, (owner: KubernetesObject) => (pod: KubernetesObject) => boolean>> = {
  StatefulSet: ({ status }) => {
    const wanted = (status as { readonly updateRevision?: string } | undefined)?.updateRevision
    return ({ metadata }) => wanted === undefined || metadata.labels?.['controller-revision-hash'] === wanted
  },
  DaemonSet: ({ metadata: { generation } }) => {
    return ({ metadata }) => (metadata.labels?.['pod-template-generation'] ?? String(generation)) === String(generation)
  },
}

function ownedBy({ metadata: { uid } }: KubernetesObject, objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return uid === undefined ? [] : objects.filter(({ metadata }) => metadata.ownerReferences?.some(owner => owner.uid === uid))
}
