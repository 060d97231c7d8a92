import { expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import type { Observed, Seen } from '../observed.ts'
import type { Snapshot } from '../snapshot.ts'
import { noTraffic } from './names.ts'
import { shortOfPods, shortText } from './serving.ts'

const workload = (kind: string, spec: object, status: object): KubernetesObject =>
  ({ apiVersion: 'apps/v1', kind, metadata: { name: 'cart', namespace: 'shop' }, spec, status }) as unknown as KubernetesObject
const template = { path: ['spec', 'template'], before: { a: 1 }, after: { a: 2 } }
const replicas = { path: ['spec', 'replicas'], before: 1, after: 4 }

function short(live: KubernetesObject | undefined, leaves: readonly object[] | undefined, states: Seen['states'] = {}) {
  const before = leaves && { before: { uid: 'u', managedFields: [], leaves } }
  const entry = { apiVersion: 'apps/v1', kind: live?.kind ?? 'Deployment', name: 'cart', namespace: 'shop', ...before }
  const snapshot = { takenAt: '', first: false, names: noTraffic, routes: [], manifests: [entry], next: { version: '2', template: {} } }
  const observed = { others: live ? { [`${live.kind}/shop/cart`]: live } : {} } as unknown as Observed
  return shortOfPods(observed, states, { snapshot: snapshot as unknown as Snapshot })
}

it('tells a workload that the run has rolled or brought and that lacks ready pods, with what its status says', () => {
  const live = workload('Deployment', { replicas: 4 }, { readyReplicas: 1 })
  const message = 'Deployment shop/cart: 1 of 4 pods available'
  const states = { 'Deployment/shop/cart': { is: 'inProgress', message } } as const

  const [first] = short(live, [template], states)
  expect(first).toEqual({ workload: 'Deployment shop/cart', wanted: 4, ready: 1, why: '1 of 4 pods available', hopeless: false })
  expect(short(live, undefined, states)).toEqual([first])
})

it('gives up a workload only where its status says that waiting does not help', () => {
  const live = workload('StatefulSet', { replicas: 2 }, {})
  const states = { 'StatefulSet/shop/cart': { is: 'failed', message: 'Pod shop/cart-0: container cart crashes again and again' } } as const

  const all = short(live, [template], states)

  expect(all).toMatchObject([{ ready: 0, hopeless: true }])
  expect(all.map(shortText)).toEqual(['StatefulSet shop/cart: 0 of 2 pods ready (Pod shop/cart-0: container cart crashes again and again)'])
})

it('counts the pods of a DaemonSet by the nodes that are to have one', () => {
  expect(short(workload('DaemonSet', {}, { desiredNumberScheduled: 3, numberReady: 2 }), [template])).toMatchObject([
    { wanted: 3, ready: 2 },
  ])
})

it.each([
  ['has all its pods', workload('Deployment', { replicas: 4 }, { readyReplicas: 4 }), [template]],
  ['is to have none', workload('Deployment', { replicas: 0 }, {}), [template]],
  ['is gone', undefined, [template]],
  ['was not rolled by the run', workload('Deployment', { replicas: 4 }, {}), [replicas]],
])('says nothing of a workload that %s', (_, live, leaves) => {
  expect(short(live, leaves)).toEqual([])
})
