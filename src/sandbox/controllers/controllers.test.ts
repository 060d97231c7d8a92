import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { loadAnnotation } from './autoscaler.ts'
import { deployment, rolledOut, testCluster, type TestCluster } from './cluster-in-tests.ts'
import { conditionOf, type Deployment, type Pod } from './shapes.ts'

const cart = (cluster: TestCluster): Deployment => cluster.get<Deployment>('deployments.apps', 'cart')
const pods = (cluster: TestCluster): readonly Pod[] => cluster.list<Pod>('pods')

interface Slice extends KubernetesObject {
  readonly endpoints:
    | readonly { readonly addresses: readonly string[]; readonly conditions: object; readonly targetRef: { readonly name: string } }[]
    | null
  readonly ports: readonly object[] | null
}

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'cart-svc', namespace: 'default' },
  spec: { selector: { app: 'cart' }, ports: [{ port: 80, targetPort: 8080 }] },
}

async function running(options: Parameters<typeof testCluster>[0] = {}, spec: object = {}): Promise<TestCluster> {
  const cluster = testCluster(options)
  cluster.create('services', service)
  cluster.create('deployments.apps', deployment('cart', '1', spec))
  await cluster.until('cart is rolled out', () => rolledOut(cart(cluster)))
  await cluster.clock.advance(100)
  return cluster
}

const slice = (cluster: TestCluster): Slice => cluster.list<Slice>('endpointslices.discovery.k8s.io')[0]!

describe('an EndpointSlice', () => {
  it('lists every pod of its Service with address, conditions and node', async () => {
    const cluster = await running({}, { replicas: 1 })
    const [pod] = pods(cluster)
    expect(slice(cluster)).toMatchObject({
      addressType: 'IPv4',
      metadata: {
        generateName: 'cart-svc-',
        labels: { 'kubernetes.io/service-name': 'cart-svc' },
        ownerReferences: [{ kind: 'Service', name: 'cart-svc' }],
      },
      endpoints: [
        {
          addresses: [pod!.status!.podIP],
          conditions: { ready: true, serving: true, terminating: false },
          targetRef: { kind: 'Pod', namespace: 'default', name: pod!.metadata.name, uid: pod!.metadata.uid },
          nodeName: 'node-1',
        },
      ],
      ports: [{ name: '', protocol: 'TCP', port: 8080 }],
    })
  })

  it('keeps an unready pod as not ready, and a pod that ends as terminating until it is gone', async () => {
    const cluster = await running({}, { replicas: 1, template: graceful('sleep 5') })
    cluster.runtime.disturb(() => true, { readyAfter: 'never' })
    await cluster.clock.advance(100)
    expect(slice(cluster).endpoints![0]!.conditions).toEqual({ ready: false, serving: false, terminating: false })
    cluster.runtime.disturb(() => true, { readyAfter: 0 })
    await cluster.clock.advance(100)
    cluster.patch('deployments.apps', 'cart', { spec: { replicas: 0 } })
    await cluster.clock.advance(1000)
    expect(slice(cluster).endpoints![0]!.conditions).toEqual({ ready: false, serving: true, terminating: true })
    await cluster.clock.advance(5000)
    expect(slice(cluster)).toMatchObject({ endpoints: null, ports: null })
    expect(pods(cluster)).toHaveLength(0)
  })

  it('may lag behind the Deployment, by a pace of its own', async () => {
    const cluster = testCluster({ pace: { endpoints: () => 1000 } })
    cluster.create('services', service)
    cluster.create('deployments.apps', deployment('cart', '1', { replicas: 1 }))
    await cluster.until('cart is rolled out', () => rolledOut(cart(cluster)))
    expect(slice(cluster).endpoints?.[0]?.conditions).not.toMatchObject({ ready: true })
    await cluster.clock.advance(1100)
    expect(slice(cluster).endpoints?.[0]?.conditions).toMatchObject({ ready: true })
  })
})

function graceful(command: string): object {
  const lifecycle = { preStop: { exec: { command: ['sh', '-c', command] } } }
  return { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'app', image: 'acme/cart:1', lifecycle }] } }
}

describe('pods', () => {
  const state = (cluster: TestCluster): unknown => {
    const statuses = pods(cluster)[0]?.status?.['containerStatuses'] as
      | readonly { readonly state: object; readonly restartCount: number }[]
      | undefined
    return statuses?.[0]?.state
  }

  it('that crash show CrashLoopBackOff and their restarts', async () => {
    const cluster = testCluster()
    cluster.create('deployments.apps', deployment('cart', '2-crash', { replicas: 1 }))
    await cluster.until('crash loop', () => JSON.stringify(state(cluster) ?? '').includes('CrashLoopBackOff'))
    await cluster.clock.advance(15_000)
    expect(pods(cluster)[0]!.status!['containerStatuses']).toMatchObject([
      { restartCount: 3, ready: false, lastState: { terminated: { exitCode: 1, reason: 'Error' } } },
    ])
  })

  it('whose image is not there show ErrImagePull, then ImagePullBackOff, and start when it is', async () => {
    const cluster = testCluster()
    cluster.create('deployments.apps', deployment('cart', '2-nopull', { replicas: 1 }))
    await cluster.until('pull error', () => JSON.stringify(state(cluster) ?? '').includes('ErrImagePull'))
    await cluster.until('back-off', () => JSON.stringify(state(cluster)).includes('ImagePullBackOff'))
    cluster.runtime.disturb(() => true, { pulls: true })
    await cluster.until('it runs', () => rolledOut(cart(cluster)))
  })

  it('beyond the capacity of the node stay unscheduled until there is room', async () => {
    const cluster = testCluster({ capacity: 2 })
    cluster.create('deployments.apps', deployment('cart', '1', { replicas: 3 }))
    await cluster.until('two run', () => cart(cluster).status?.readyReplicas === 2)
    const waiting = pods(cluster).filter(pod => !pod.spec.nodeName)
    expect(waiting.map(pod => conditionOf(pod.status?.conditions, 'PodScheduled'))).toMatchObject([
      { status: 'False', reason: 'Unschedulable' },
    ])
    cluster.patch('deployments.apps', 'cart', { spec: { replicas: 2 } })
    cluster.create('deployments.apps', deployment('other', '1', { replicas: 1 }))
    await cluster.clock.advance(3000)
    expect(pods(cluster).filter(pod => pod.spec.nodeName)).toHaveLength(2)
    cluster.patch('deployments.apps', 'cart', { spec: { replicas: 1 } })
    await cluster.until('other runs', () => rolledOut(cluster.get<Deployment>('deployments.apps', 'other')))
  })

  it('follow an annotation that is put on them while they run', async () => {
    const cluster = await running({}, { replicas: 1 })
    const annotate = (value: string | null) =>
      cluster.patch('pods', pods(cluster)[0]!.metadata.name, { metadata: { annotations: { 'sandbox.sluice.dev/ready-after': value } } })
    annotate('never')
    await cluster.until('it is not ready', () => (cart(cluster).status?.readyReplicas ?? 0) === 0)
    annotate(null)
    await cluster.until('it is ready again', () => cart(cluster).status?.readyReplicas === 1)
  })

  it('say by their image ID what they really run: a tag that is pushed again is another image', async () => {
    const cluster = await running({}, { replicas: 1 })
    const id = (): string =>
      (pods(cluster).at(-1)?.status?.['containerStatuses'] as readonly { readonly imageID: string }[] | undefined)?.[0]?.imageID ?? ''
    const first = id()
    expect(first).toMatch(/^acme\/cart@sha256:[0-9a-f]{64}$/)
    cluster.controllers.registry.push('acme/cart:1')
    const old = pods(cluster)[0]!.metadata.name
    cluster.store.delete('pods', { namespace: 'default', name: old })
    await cluster.until(
      'another pod runs',
      () => pods(cluster).length === 1 && pods(cluster)[0]!.metadata.name !== old && rolledOut(cart(cluster)),
    )
    expect(id()).not.toBe(first)
  })
})

describe('an autoscaler', () => {
  const autoscaler = (minReplicas: number, wanted?: number): object => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'cart', namespace: 'default', ...(wanted ? { annotations: { [loadAnnotation]: String(wanted) } } : {}) },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' }, minReplicas, maxReplicas: 8 },
  })

  it('raises its target to the floor, follows the load, and stops at the ceiling', async () => {
    const cluster = await running({}, { replicas: 1 })
    cluster.create('horizontalpodautoscalers.autoscaling', autoscaler(3))
    await cluster.until('the floor', () => cart(cluster).status?.readyReplicas === 3)
    cluster.patch('horizontalpodautoscalers.autoscaling', 'cart', { metadata: { annotations: { [loadAnnotation]: '40' } } })
    await cluster.until('the ceiling', () => cart(cluster).status?.readyReplicas === 8)
    expect(cluster.get('horizontalpodautoscalers.autoscaling', 'cart').status).toMatchObject({ desiredReplicas: 8 })
  })

  it('leaves a target at 0 alone', async () => {
    const cluster = await running({}, { replicas: 0 })
    cluster.create('horizontalpodautoscalers.autoscaling', autoscaler(3))
    await cluster.clock.advance(2000)
    expect(cart(cluster).spec.replicas).toBe(0)
  })
})

describe('a Job', () => {
  it('runs its pod to completion once', async () => {
    const cluster = testCluster()
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: 'acme/migrate:1' }] } }
    cluster.create('jobs.batch', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'migrate', namespace: 'default' },
      spec: { template },
    })
    const status = (): { readonly conditions?: readonly { readonly type: string }[]; readonly succeeded?: number } | undefined =>
      cluster.get('jobs.batch', 'migrate').status as never
    await cluster.until('complete', () => status()?.conditions?.[0]?.type === 'Complete')
    await cluster.clock.advance(60_000)
    expect(status()).toMatchObject({ succeeded: 1 })
    expect(pods(cluster).map(pod => pod.status?.phase)).toEqual(['Succeeded'])
  })
})

describe('what is owned', () => {
  it('goes with its owner', async () => {
    const cluster = await running()
    cluster.store.delete('deployments.apps', { namespace: 'default', name: 'cart' }, { propagation: 'Background' })
    await cluster.until('nothing is left', () => cluster.list('replicasets.apps').length + pods(cluster).length === 0)
    cluster.store.delete('services', { namespace: 'default', name: 'cart-svc' })
    await cluster.until('no slices', () => cluster.list('endpointslices.discovery.k8s.io').length === 0)
  })

  it('is left without an owner when it is to be orphaned, and its pods stay', async () => {
    const cluster = await running()
    cluster.store.delete('deployments.apps', { namespace: 'default', name: 'cart' }, { propagation: 'Orphan' })
    await cluster.until('the owner is gone', () => cluster.list('deployments.apps').length === 0)
    expect(cluster.list('replicasets.apps').map(set => set.metadata.ownerReferences)).toEqual([undefined])
    await cluster.clock.advance(5000)
    expect(pods(cluster)).toHaveLength(4)
  })

  it('goes before its owner in a foreground deletion, down to the pods', async () => {
    const cluster = await running()
    cluster.store.delete('deployments.apps', { namespace: 'default', name: 'cart' }, { propagation: 'Foreground' })
    const order: string[] = []
    const gone = (what: string, count: number): void => void (count === 0 && !order.includes(what) && order.push(what))
    await cluster.until('the owner is gone', () => {
      gone('pods', pods(cluster).length)
      gone('replica sets', cluster.list('replicasets.apps').length)
      gone('deployment', cluster.list('deployments.apps').length)
      return order.includes('deployment')
    })
    expect(order).toEqual(['pods', 'replica sets', 'deployment'])
  })

  it('goes with its namespace', async () => {
    const cluster = await running()
    cluster.store.delete('namespaces', { name: 'default' })
    expect(cluster.store.get('namespaces', { name: 'default' })?.status).toMatchObject({ phase: 'Terminating' })
    await cluster.until('the namespace is gone', () => cluster.store.get('namespaces', { name: 'default' }) === undefined)
    expect(
      cluster.list('deployments.apps').length +
        cluster.list('replicasets.apps').length +
        pods(cluster).length +
        cluster.list('services').length,
    ).toBe(0)
  })
})

describe('StatefulSet and DaemonSet', () => {
  const spec = (version: string): object => ({
    selector: { matchLabels: { app: 'db' } },
    template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image: `acme/db:${version}` }] } },
  })

  it('gives a StatefulSet numbered pods in order, and rolls them from the last', async () => {
    const cluster = testCluster()
    cluster.create('statefulsets.apps', {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'default' },
      spec: { replicas: 3, ...spec('1') },
    })
    const status = (): Record<string, unknown> => (cluster.get('statefulsets.apps', 'db').status ?? {}) as Record<string, unknown>
    await cluster.until('three are ready', () => status()['readyReplicas'] === 3)
    expect(pods(cluster).map(pod => pod.metadata.name)).toEqual(['db-0', 'db-1', 'db-2'])
    cluster.patch('statefulsets.apps', 'db', { spec: spec('2') })
    const first = status()['currentRevision']
    const order: string[] = []
    await cluster.until('rolled', () => {
      const gone = pods(cluster).find(pod => pod.metadata.deletionTimestamp)?.metadata.name
      if (gone && order.at(-1) !== gone) order.push(gone)
      return status()['currentRevision'] !== first
    })
    expect(order).toEqual(['db-2', 'db-1', 'db-0'])
    expect(status()['currentRevision']).toBe(status()['updateRevision'])
  })

  it('gives a DaemonSet one pod on the node', async () => {
    const cluster = testCluster()
    cluster.create('daemonsets.apps', {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'db', namespace: 'default' },
      spec: spec('1'),
    })
    await cluster.until(
      'it is ready',
      () => (cluster.get('daemonsets.apps', 'db').status as { numberReady?: number } | undefined)?.numberReady === 1,
    )
    expect(pods(cluster)).toHaveLength(1)
  })
})
