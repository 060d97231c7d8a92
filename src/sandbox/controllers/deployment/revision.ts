import type { Objects } from '../objects.ts'
import { hashLabel, sameTemplate, templateHash, withHash } from '../pod-template.ts'
import { controlledBy, type Deployment, type Labels, type ReplicaSet } from '../shapes.ts'
import { replicasOf, type Fenceposts } from './fenceposts.ts'
import { desiredAnnotation, maxAnnotation, roomForCurrent, type Generations } from './sizes.ts'

export const revisionAnnotation = 'deployment.kubernetes.io/revision'

/** Annotations that a Deployment does not hand down to its ReplicaSets. */
const ownAnnotations = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  'deployment.kubernetes.io/revision-history',
  desiredAnnotation,
  maxAnnotation,
  'deprecated.deployment.rollback.to',
])

/** Tells the ReplicaSet of the present template from the others. */
export function generationsOf(deployment: Deployment, sets: readonly ReplicaSet[]): Generations {
  const old = sets.toSorted(byAge)
  const current = old.find(set => sameTemplate(set.spec.template, deployment.spec.template))
  return { current, old: old.filter(set => set !== current) }
}

function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const [first, second] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '']
  return first === second ? revisionOf(a) - revisionOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1) : first < second ? -1 : 1
}

/** The number of a ReplicaSet's revision; 0 where it has none. */
export function revisionOf(set: ReplicaSet): number {
  return Number(set.metadata.annotations?.[revisionAnnotation] ?? 0)
}

/** The revision that the present template has or gets: one above all others. */
export function nextRevision({ old }: Generations): number {
  return Math.max(0, ...old.map(revisionOf)) + 1
}

/** What the ReplicaSet of the present template says about its Deployment. */
export function sizeAnnotations(deployment: Deployment, { surge }: Fenceposts): Labels {
  const replicas = replicasOf(deployment)
  return { [desiredAnnotation]: String(replicas), [maxAnnotation]: String(replicas + surge) }
}

export function inheritedAnnotations(deployment: Deployment): Labels {
  return Object.fromEntries(Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !ownAnnotations.has(key)))
}

/** Creates the ReplicaSet of the present template, with as many pods as there is room for. */
export function createCurrent(objects: Objects, deployment: Deployment, posts: Fenceposts, generations: Generations): ReplicaSet {
  const { namespace, name } = deployment.metadata
  const hash = templateHash(deployment.spec.template, deployment.status?.collisionCount)
  const template = withHash(deployment.spec.template, hash)
  const { matchLabels, ...selector } = deployment.spec.selector
  const recreate = deployment.spec.strategy?.type === 'Recreate'
  const room = recreate ? replicasOf(deployment) : roomForCurrent(replicasOf(deployment), posts, generations)
  const set: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace ? { namespace } : {}),
      labels: template.metadata?.labels ?? {},
      annotations: {
        ...inheritedAnnotations(deployment),
        [revisionAnnotation]: String(nextRevision(generations)),
        ...sizeAnnotations(deployment, posts),
      },
      ownerReferences: [controlledBy(deployment)],
    },
    spec: {
      replicas: room,
      ...(deployment.spec.minReadySeconds ? { minReadySeconds: deployment.spec.minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...matchLabels, [hashLabel]: hash } },
      template,
    },
  }
  return objects.create('replicasets.apps', set) as ReplicaSet
}
