import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { outlived } from './outlived.ts'

const applied = { managedFields: [{ manager: 'sluice', operation: 'Apply' }] }
const config = (name: string, metadata: object = {}, kind = 'ConfigMap'): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop', ...applied, ...metadata },
})
/** Three versions of one name. */
const [first, second, third] = ['cart-env-bcdfghjk', 'cart-env-mnpqrstv', 'cart-env-wxz24567'] as const
const bases = [{ kind: 'ConfigMap', name: 'cart-env' }]
const uses = (kind: string, name: string): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'cart' },
  spec: { template: { spec: { containers: [{ name: 'cart', envFrom: [{ configMapRef: { name } }] }] } } },
})
const gone = (live: readonly KubernetesObject[], users: readonly KubernetesObject[] = []): readonly string[] =>
  outlived({ live, bases, users, manager: 'sluice' }).map(({ metadata }) => metadata.name)

it('lets go what neither the version that runs nor a kept revision names', () => {
  const live = [config(first), config(second), config(third)]
  expect(gone(live, [uses('Deployment', third), uses('ReplicaSet', third), uses('ReplicaSet', second)])).toEqual([first])
})

describe('it keeps', () => {
  it('what a revision of a StatefulSet, a pod or a kept manifest names', () => {
    const revision: KubernetesObject = {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name: 'db-1' },
      data: { spec: { template: { spec: { volumes: [{ name: 'v', configMap: { name: first } }] } } } },
    }
    const pod: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { volumes: [{ secret: { secretName: second } }] },
    }
    const kept = config(third, { managedFields: [] })
    expect(gone([config(first), config(second), config(third)], [revision, pod, kept])).toEqual([])
  })

  it('what is named in code, whatever stands around the name', () => {
    const job: KubernetesObject = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'j' },
      spec: { args: [`--from=configmap/${first}:8080`] },
    }
    expect(gone([config(first)], [job])).toEqual([])
  })

  it.each([
    ['what is not called like a version of the release’s', config('cart-env')],
    ['a name that only looks like a version', config('cart-env-aeiouaei')],
    ['a version of another name that begins alike', config('cart-env-more-bcdfghjk')],
    ['the same name of another kind', config(first, {}, 'Secret')],
    ['what somebody else made', config(first, { managedFields: [{ manager: 'kubectl', operation: 'Apply' }] })],
    ['what asks to be kept', config(first, { annotations: { 'harness.io/skipPruning': 'true' } })],
    ['what somebody else owns', config(first, { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: '1' }] })],
    ['what a finalizer holds', config(first, { finalizers: ['example.com/hold'] })],
    ['what is being deleted', config(first, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
  ])('%s', (_, object) => expect(gone([object])).toEqual([]))
})
