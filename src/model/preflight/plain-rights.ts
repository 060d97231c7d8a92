// Which rights a plain release needs: it writes what its manifests name, a Lease, a record, and nothing else.
import type { KubernetesObject } from '#base/index.ts'
import { movesByItself, rollsPods } from '#model/release/index.ts'
import type { PlainSubject } from './plain.ts'
import { on, type Need, type Right, type Verb } from './right.ts'
import { back, first, mergedNeeds, rest, touchingNeeds } from './rights.ts'

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
    ...readingRightsOfPlain(
      subject.namespace,
      manifests.map(({ object }) => object),
    ),
    ...steps.filter(({ goals }) => goals.length > 0).flatMap(({ name }) => of(name, forward)),
    ...touchingNeeds(subject),
    ...of(rest, atRest),
    ...of(back, wayBack),
  ])
}

/** What is read and tried before the first write, and watched from then on: pods, and whatever moves by itself. */
export function readingRightsOfPlain(namespace: string, manifests: readonly KubernetesObject[]): readonly Need[] {
  const list = (apiVersion: string, kind: string): Right => ({ verb: 'list', apiVersion, kind, namespace })
  const pods = ['ReplicaSet', 'Pod'].map(kind => ({ apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1', kind, namespace }))
  const watched = manifests.filter(movesByItself).map(({ apiVersion, kind, metadata }) => ({
    apiVersion,
    kind,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  }))
  return of(first, [
    ...[...pods, ...watched].flatMap((kind): readonly Right[] => [
      { verb: 'list', ...kind },
      { verb: 'watch', ...kind },
    ]),
    list('v1', 'Service'),
    list('autoscaling/v2', 'HorizontalPodAutoscaler'),
    on('get', { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: '', namespace } }),
    ...manifests.flatMap(object => both(['get', 'patch'], object)),
  ])
}

const both = (verbs: readonly Verb[], object: KubernetesObject): readonly Right[] => verbs.map(verb => on(verb, object))
const of = (step: string, rights: readonly Right[]): readonly Need[] => rights.map(right => ({ ...right, steps: [step] }))

function lease({ namespace }: PlainSubject): KubernetesObject {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: '', namespace } }
}

function record({ namespace, record: name }: PlainSubject): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } }
}
