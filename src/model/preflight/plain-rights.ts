// Which rights a plain release needs: it writes what its manifests name, a Lease, a record, and nothing else.
import type { KubernetesObject } from '#base/index.ts'
import { rollsPods } from '#model/release/index.ts'
import type { PlainSubject } from './plain.ts'
import type { Need, Right, Verb } from './right.ts'
import { back, first, mergedNeeds, on, rest } from './rights.ts'

/** Every right that the run needs, each once, with the steps that need it. */
export function neededRightsOfPlain(subject: PlainSubject): readonly Need[] {
  const { steps, manifests } = subject
  const fresh = manifests.filter(({ live }) => live === undefined).map(({ object }) => object)
  const present = manifests.filter(({ live }) => live !== undefined).map(({ object }) => object)
  const workloads = present.filter(rollsPods)
  const forward = [
    on('create', lease(subject)),
    ...both(['create', 'patch'], record(subject)),
    ...present.map(object => on('patch', object)),
    ...fresh.flatMap(object => both(['create', 'patch'], object)),
  ]
  const atRest = [on('delete', lease(subject)), ...workloads.map(object => on('patch', object))]
  const wayBack = [...atRest, ...present.map(object => on('patch', object)), ...fresh.map(object => on('delete', object))]
  return mergedNeeds([
    ...of(
      first,
      readingRightsOfPlain(
        subject.namespace,
        manifests.map(({ object }) => object),
      ),
    ),
    ...steps.filter(({ goals }) => goals.length > 0).flatMap(({ name }) => of(name, forward)),
    ...of(rest, atRest),
    ...of(back, wayBack),
  ])
}

/** What is read and tried before the first write, and watched from then on: pods, and whatever moves by itself. */
export function readingRightsOfPlain(namespace: string, manifests: readonly KubernetesObject[]): readonly Right[] {
  const watched: readonly (readonly [string, string])[] = [
    ['apps/v1', 'ReplicaSet'],
    ['v1', 'Pod'],
    ...manifests.filter(rollsPods).map(({ apiVersion, kind }): readonly [string, string] => [apiVersion, kind]),
  ]
  const right = (verb: Verb, apiVersion: string, kind: string): Right => ({ verb, apiVersion, kind, namespace })
  return [
    ...watched.flatMap(([apiVersion, kind]) => [right('list', apiVersion, kind), right('watch', apiVersion, kind)]),
    right('list', 'v1', 'Service'),
    right('list', 'autoscaling/v2', 'HorizontalPodAutoscaler'),
    right('get', 'coordination.k8s.io/v1', 'Lease'),
    ...manifests.flatMap(object => both(['get', 'patch'], object)),
  ]
}

const both = (verbs: readonly Verb[], object: KubernetesObject): readonly Right[] => verbs.map(verb => on(verb, object))
const of = (step: string, rights: readonly Right[]): readonly Need[] => rights.map(right => ({ ...right, steps: [step] }))

function lease({ namespace }: PlainSubject): KubernetesObject {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: '', namespace } }
}

function record({ namespace, record: name }: PlainSubject): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } }
}
