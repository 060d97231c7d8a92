import { describe, expect, it } from 'vitest'
import { deployment, rolledOut, testCluster, type TestCluster } from '../cluster-in-tests.ts'
import { conditionOf, isActive, type Deployment, type Pod, type ReplicaSet } from '../shapes.ts'

const cart = (cluster: TestCluster): Deployment => cluster.get<Deployment>('deployments.apps', 'cart')
const sets = (cluster: TestCluster): readonly ReplicaSet[] => cluster.list<ReplicaSet>('replicasets.apps')
const pods = (cluster: TestCluster): readonly Pod[] => cluster.list<Pod>('pods')
const image = (version: string) => ({ spec: { template: { spec: { containers: [{ name: 'app', image: `acme/cart:${version}` }] } } } })

async function running(options: Parameters<typeof testCluster>[0] = {}, spec: object = {}): Promise<TestCluster> {
  const cluster = testCluster(options)
  cluster.create('deployments.apps', deployment('cart', '1', spec))
  await cluster.until('cart is rolled out', () => rolledOut(cart(cluster)))
  return cluster
}

describe('a Deployment', () => {
  it('becomes a ReplicaSet and ready pods that carry the hash of their template', async () => {
    const cluster = await running()
    const [set] = sets(cluster)
    const hash = set!.metadata.labels!['pod-template-hash']
    expect(set!.metadata.name).toBe(`cart-${hash}`)
    expect(pods(cluster)).toHaveLength(4)
    for (const pod of pods(cluster)) {
      expect(pod.metadata.name).toMatch(new RegExp(`^cart-${hash}-[bcdfghjklmnpqrstvwxz2456789]{5}$`))
      expect(pod.metadata.labels).toEqual({ app: 'cart', 'pod-template-hash': hash })
      expect(pod.status).toMatchObject({ phase: 'Running' })
    }
    expect(cart(cluster).metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' })
    expect(cart(cluster).status).toMatchObject({
      replicas: 4,
      readyReplicas: 4,
      updatedReplicas: 4,
      availableReplicas: 4,
      terminatingReplicas: 0,
    })
    expect(conditionOf(cart(cluster).status?.conditions, 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' })
  })

  it('rolls to a new template within surge and unavailable, and keeps the old ReplicaSet at 0', async () => {
    const cluster = await running({}, { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } })
    cluster.patch('deployments.apps', 'cart', image('2'))
    const seen = { most: 0, fewest: 9 }
    await cluster.until('rolled to 2', () => {
      const wanted = sets(cluster).reduce((sum, set) => sum + (set.spec.replicas ?? 0), 0)
      seen.most = Math.max(seen.most, wanted)
      seen.fewest = Math.min(
        seen.fewest,
        pods(cluster).filter(pod => isActive(pod) && conditionOf(pod.status?.conditions, 'Ready')?.status === 'True').length,
      )
      return rolledOut(cart(cluster))
    })
    expect(seen).toEqual({ most: 5, fewest: 4 })
    expect(
      sets(cluster)
        .map(set => [set.metadata.annotations?.['deployment.kubernetes.io/revision'], set.spec.replicas])
        .toSorted(),
    ).toEqual([
      ['1', 0],
      ['2', 4],
    ])
  })

  it('uses the same ReplicaSet again for the same template, with the next revision', async () => {
    const cluster = await running()
    const first = sets(cluster)[0]!.metadata.name
    cluster.patch('deployments.apps', 'cart', image('2'))
    await cluster.until('rolled to 2', () => rolledOut(cart(cluster)))
    cluster.patch('deployments.apps', 'cart', image('1'))
    await cluster.until('rolled back', () => rolledOut(cart(cluster)))
    expect(sets(cluster)).toHaveLength(2)
    expect(cluster.get<ReplicaSet>('replicasets.apps', first).metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3')
    expect(cart(cluster).metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3')
  })

  it('gives the same template in another Deployment the same hash', async () => {
    const cluster = await running()
    const other = deployment('basket', '1', { selector: { matchLabels: { app: 'cart' } } })
    const template = { metadata: { labels: { app: 'cart' } }, spec: cart(cluster).spec.template.spec }
    cluster.create('deployments.apps', { ...other, spec: { ...other.spec, template, replicas: 0 } })
    await cluster.until('basket has a ReplicaSet', () => sets(cluster).length === 2)
    expect(new Set(sets(cluster).map(set => set.metadata.labels?.['pod-template-hash'])).size).toBe(1)
  })
})

describe('a paused Deployment', () => {
  it('takes an edit without a ReplicaSet, loses its updated count, and rolls when it is resumed', async () => {
    const cluster = await running()
    cluster.patch('deployments.apps', 'cart', { spec: { paused: true } })
    await cluster.until(
      'pause is observed',
      () => conditionOf(cart(cluster).status?.conditions, 'Progressing')?.reason === 'DeploymentPaused',
    )
    expect(conditionOf(cart(cluster).status?.conditions, 'Progressing')).toMatchObject({
      status: 'Unknown',
      message: 'Deployment is paused',
    })
    cluster.patch('deployments.apps', 'cart', image('2'))
    await cluster.until('edit is observed', () => cart(cluster).status?.observedGeneration === cart(cluster).metadata.generation)
    await cluster.clock.advance(5000)
    expect(sets(cluster)).toHaveLength(1)
    expect(cart(cluster).status).not.toHaveProperty('updatedReplicas')
    cluster.patch('deployments.apps', 'cart', { spec: { paused: false } })
    await cluster.until('rolled to 2', () => rolledOut(cart(cluster)))
    expect(sets(cluster)).toHaveLength(2)
  })

  it('scales, and replaces deleted pods', async () => {
    const cluster = await running()
    cluster.patch('deployments.apps', 'cart', { spec: { paused: true, replicas: 6 } })
    await cluster.until('six pods', () => cart(cluster).status?.readyReplicas === 6)
    cluster.store.delete('pods', { namespace: 'default', name: pods(cluster)[0]!.metadata.name })
    await cluster.until('one is missing', () => cart(cluster).status?.readyReplicas === 5)
    await cluster.until('six again', () => cart(cluster).status?.readyReplicas === 6)
  })

  it('has no ReplicaSet at all when it was created paused, and no deadline runs', async () => {
    const cluster = testCluster()
    cluster.create('deployments.apps', deployment('cart', '1', { paused: true, progressDeadlineSeconds: 3 }))
    await cluster.clock.advance(10_000)
    expect(sets(cluster)).toHaveLength(0)
    expect(cart(cluster).status?.conditions?.[0]).toMatchObject({ type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused' })
  })

  it('scales both ReplicaSets in proportion when it is paused in mid-roll', async () => {
    const cluster = await running({ usual: { readyAfter: 'never' } }, { replicas: 0 })
    cluster.runtime.disturb(() => true, { readyAfter: 0 })
    cluster.patch('deployments.apps', 'cart', { spec: { replicas: 10, strategy: { rollingUpdate: { maxSurge: 5, maxUnavailable: 2 } } } })
    await cluster.until('ten pods', () => rolledOut(cart(cluster)))
    cluster.runtime.disturb(pod => JSON.stringify(pod.spec).includes('cart:2'), { readyAfter: 'never' })
    cluster.patch('deployments.apps', 'cart', image('2'))
    await cluster.until('stuck in mid-roll', () => cart(cluster).status?.updatedReplicas === 7)
    cluster.patch('deployments.apps', 'cart', { spec: { paused: true } })
    await cluster.clock.advance(1000)
    const sizes = (): (number | undefined)[] =>
      sets(cluster)
        .map(set => set.spec.replicas)
        .toSorted()
    expect(sizes()).toEqual([7, 8])
    cluster.patch('deployments.apps', 'cart', { spec: { replicas: 25 } })
    await cluster.clock.advance(1000)
    expect(sizes()).toEqual([14, 16])
  })
})

describe('the progress of a Deployment', () => {
  it('ends with ProgressDeadlineExceeded, and leaves that state when pods get ready after all', async () => {
    const cluster = testCluster({ usual: { readyAfter: 'never' } })
    cluster.create('deployments.apps', deployment('cart', '1', { replicas: 1, progressDeadlineSeconds: 3 }))
    const reason = (): string | undefined => conditionOf(cart(cluster).status?.conditions, 'Progressing')?.reason
    await cluster.until('deadline', () => reason() === 'ProgressDeadlineExceeded')
    expect(cart(cluster).status?.conditions?.map(({ type, status }) => [type, status])).toEqual([
      ['Available', 'False'],
      ['Progressing', 'False'],
    ])
    cluster.runtime.disturb(() => true, { readyAfter: 0 })
    await cluster.until('complete', () => reason() === 'NewReplicaSetAvailable')
  })

  it('counts a pod as available only after minReadySeconds', async () => {
    const cluster = testCluster()
    cluster.create('deployments.apps', deployment('cart', '1', { replicas: 1, minReadySeconds: 10 }))
    await cluster.until('ready', () => cart(cluster).status?.readyReplicas === 1)
    const readyAt = cluster.clock.now()
    expect(cart(cluster).status).not.toHaveProperty('availableReplicas')
    await cluster.until('available', () => cart(cluster).status?.availableReplicas === 1)
    expect(cluster.clock.now() - readyAt).toBeGreaterThan(8900)
  })

  it('removes empty ReplicaSets beyond the history limit, the oldest first', async () => {
    const cluster = await running({}, { revisionHistoryLimit: 1 })
    for (const version of ['2', '3', '4']) {
      cluster.patch('deployments.apps', 'cart', image(version))
      await cluster.until(`rolled to ${version}`, () => rolledOut(cart(cluster)))
    }
    await cluster.clock.advance(2000)
    expect(
      sets(cluster)
        .map(set => set.metadata.annotations?.['deployment.kubernetes.io/revision'])
        .toSorted(),
    ).toEqual(['3', '4'])
  })

  it('lets all old pods go first with the strategy Recreate', async () => {
    const cluster = await running({}, { strategy: { type: 'Recreate' } })
    cluster.patch('deployments.apps', 'cart', image('2'))
    let mixed = false
    await cluster.until('rolled to 2', () => {
      const versions = new Set(pods(cluster).map(pod => pod.spec.containers?.[0]?.image))
      mixed ||= versions.size > 1
      return rolledOut(cart(cluster)) && versions.has('acme/cart:2')
    })
    expect(mixed).toBe(false)
  })
})
