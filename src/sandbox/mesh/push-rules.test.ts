import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { endpointsCausePush, endpointsOf, health, workloadOf, type Endpoint } from './endpoints.ts'
import { causesPush } from './push-rules.ts'
import { createPushQueue } from './push-queue.ts'
import type { EndpointSlice } from './resources.ts'

const object = (kind: string, spec: unknown, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind,
  metadata: { name: 'cart', namespace: 'shop', ...metadata },
  spec,
})

describe('what istiod pushes for', () => {
  const long = { host: 'cart.shop.svc.cluster.local' }
  const rows = [
    ['a new object', 'VirtualService', object('VirtualService', {}), undefined, true],
    ['another spec', 'VirtualService', object('VirtualService', { a: 1 }), object('VirtualService', { a: 2 }), true],
    ['an annotation', 'VirtualService', object('VirtualService', {}, { annotations: { note: 'x' } }), object('VirtualService', {}), false],
    [
      'a label with istio.io',
      'VirtualService',
      object('VirtualService', {}, { labels: { 'a.istio.io/b': 'x' } }),
      object('VirtualService', {}),
      true,
    ],
    ['such a label taken away', 'Gateway', object('Gateway', {}), object('Gateway', {}, { labels: { 'istio.io/rev': 'x' } }), true],
    ['nothing but managedFields', 'Gateway', object('Gateway', {}, { managedFields: [1] }), object('Gateway', {}), false],
    [
      'a note on a rule with a short host',
      'DestinationRule',
      object('DestinationRule', { host: 'cart' }, { annotations: { a: '1' } }),
      object('DestinationRule', { host: 'cart' }),
      true,
    ],
    [
      'a note on a rule with a full host',
      'DestinationRule',
      object('DestinationRule', long, { annotations: { a: '1' } }),
      object('DestinationRule', long),
      false,
    ],
    ['a label of a Service', 'Service', object('Service', {}, { labels: { a: '1' } }), object('Service', {}), true],
    ['the status of a Service', 'Service', { ...object('Service', {}), status: {} }, object('Service', {}), false],
  ] as const
  for (const [what, kind, now, previous, pushed] of rows)
    it(`${what}: ${pushed ? 'yes' : 'no'}`, () => {
      expect(causesPush({ kind, type: previous ? 'MODIFIED' : 'ADDED', object: now, previous })).toBe(pushed)
    })

  it('a deletion: yes', () => {
    expect(causesPush({ kind: 'Gateway', type: 'DELETED', object: object('Gateway', {}), previous: object('Gateway', {}) })).toBe(true)
  })
})

describe('endpoints', () => {
  const pod: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'cart-7f-x',
      namespace: 'shop',
      labels: { app: 'cart', 'pod-template-hash': '7f' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'cart-7f', uid: 'u', controller: true }],
    },
  }
  const slice = (...conditions: readonly ({ readonly ready?: boolean; readonly terminating?: boolean } | undefined)[]): EndpointSlice => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'cart-x', namespace: 'shop' },
    ports: [{ name: 'http', port: 8080 }],
    endpoints: conditions.map((one, index) => ({
      addresses: [`10.0.0.${index}`],
      ...(one ? { conditions: one } : {}),
      nodeName: 'node-1',
    })),
  })

  it('carry the labels and workload of their pod, and its health as istiod counts it', () => {
    const found = endpointsOf([slice({ ready: true }, { ready: false }, { ready: false, terminating: true }, undefined)], () => pod)
    expect(found.map(one => one.health)).toEqual([health.healthy, health.unhealthy, health.terminating, health.healthy])
    expect(found[0]).toMatchObject({
      ip: '10.0.0.0',
      port: 8080,
      portName: 'http',
      labels: pod.metadata.labels,
      namespace: 'shop',
      workload: 'cart',
      pod: 'cart-7f-x',
    })
  })

  it('wait for their pod, and are listed once', () => {
    expect(endpointsOf([slice({ ready: true }), slice({ ready: true })], () => pod)).toHaveLength(1)
    expect(endpointsOf([slice({ ready: true })], () => undefined)).toEqual([])
    expect(endpointsOf([{ ...slice({ ready: true }), ports: null, endpoints: null }], () => pod)).toEqual([])
  })

  it('name the workload behind a pod', () => {
    expect(workloadOf(pod)).toBe('cart')
    expect(workloadOf({ ...pod, metadata: { name: 'alone' } })).toBe('alone')
  })

  it('are pushed when one that could be sent to comes, goes or changes', () => {
    const [healthy, unhealthy, terminating] = endpointsOf(
      [slice({ ready: true }, { ready: false }, { ready: false, terminating: true })],
      () => pod,
    ) as [Endpoint, Endpoint, Endpoint]
    const rows: readonly (readonly [readonly Endpoint[] | undefined, readonly Endpoint[], boolean])[] = [
      [undefined, [unhealthy], true],
      [[healthy], [], true],
      [[healthy], [healthy], false],
      [[healthy], [healthy, unhealthy], false],
      [[healthy], [healthy, terminating], true],
      [[healthy, unhealthy], [healthy, { ...unhealthy, health: health.healthy }], true],
      [[healthy, terminating], [healthy], true],
      [[healthy], [{ ...healthy, labels: {} }], true],
    ]
    for (const [before, now, pushed] of rows) expect(endpointsCausePush(before, now)).toBe(pushed)
  })
})

describe('the queue of pushes', () => {
  it('merges what comes for a proxy while a push to it is under way, and lets other proxies pass', () => {
    const started: string[] = []
    const dones = new Map<string, () => void>()
    const queue = createPushQueue<string, string>(
      (older, newer) => `${older}+${newer}`,
      (to, push, done) => {
        started.push(`${to}:${push}`)
        dones.set(to, done)
      },
    )
    for (const push of ['1', '2', '3']) queue.add('a', push)
    queue.add('b', '1')
    expect(started).toEqual(['a:1', 'b:1'])
    dones.get('a')?.()
    expect(started).toEqual(['a:1', 'b:1', 'a:2+3'])
    queue.add('a', '4')
    queue.forget('a')
    dones.get('a')?.()
    expect(started).toHaveLength(3)
  })
})
