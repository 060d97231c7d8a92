import { describe, expect, it } from 'vitest'
import { seededRandom, VirtualClock } from '#base/index.ts'
import { objectsOf, type Cluster } from '#delegate/kubernetes/index.ts'
import { askRights } from './rights.ts'
import { see, seeEverywhere } from './sight.ts'
import { createApiServer, createInProcessCluster, type Attributes } from '#sandbox/api-server/index.ts'

const signal = new AbortController().signal
const budgets = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' }

/** A cluster with one disruption budget in each of two namespaces, in which some things are forbidden. */
function setUp(forbidden: (attributes: Attributes) => boolean = () => false) {
  const clock = new VirtualClock()
  const random = seededRandom(1)
  const server = createApiServer({ clock, random, namespaces: ['shop', 'other'], access: { authorize: asked => !forbidden(asked) } })
  for (const namespace of ['shop', 'other'])
    server.objects.create(
      'poddisruptionbudgets.policy',
      { ...budgets, metadata: { name: 'all', namespace }, spec: {} },
      { manager: 'test' },
    )
  const asked: string[] = []
  const inProcess = createInProcessCluster({ server, clock })
  const cluster = {
    ...inProcess,
    name: 'test',
    request: (...given: Parameters<Cluster['request']>) => {
      asked.push(given[0].path)
      return inProcess.request(...given)
    },
  } as unknown as Cluster
  const run = <T>(promise: Promise<T>): Promise<T> => clock.runUntil(promise)
  return { objects: objectsOf(cluster, { clock, random }), asked, run }
}

describe('what may be listed', () => {
  it('is seen; a kind that the cluster does not serve has no objects', async () => {
    const { objects, run } = setUp()
    expect((await run(see(objects, { ...budgets, namespace: 'shop' }, signal))).items).toHaveLength(1)
    expect(await run(see(objects, { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', namespace: 'shop' }, signal))).toEqual({
      items: [],
    })
  })

  it('is the namespace where the whole cluster is forbidden, and the rest is unseen', async () => {
    const { objects, run } = setUp(({ namespace, verb }) => verb === 'list' && namespace === undefined)
    const found = await run(seeEverywhere(objects, budgets, 'shop', signal))
    expect(found.items.map(({ metadata }) => metadata.namespace)).toEqual(['shop'])
    expect(found.unseen).toBe('no right to list poddisruptionbudgets.policy in all namespaces')
  })

  it('is the whole cluster where that is allowed', async () => {
    const { objects, run } = setUp()
    expect((await run(seeEverywhere(objects, budgets, 'shop', signal))).items).toHaveLength(2)
  })
})

describe('rights', () => {
  const need = { verb: 'patch', apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace: 'shop', steps: ['a step'] } as const
  const ofCluster = { verb: 'get', apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'cart', steps: [] } as const

  it('of an administrator are one question', async () => {
    const { objects, run, asked } = setUp()
    expect(await run(askRights(objects, [need, need], 'shop', signal))).toEqual({ is: 'everything' })
    expect(asked).toHaveLength(1)
  })

  it('are asked one by one of everybody else, and beyond the namespace of an administrator of it', async () => {
    const { objects, run } = setUp(({ verb, namespace }) => verb === '*' || (verb === 'patch' && namespace === 'shop'))
    const found = await run(askRights(objects, [need, ofCluster], 'shop', signal))
    expect(found).toEqual({ is: 'asked', asked: 2, missing: [{ need, resource: 'poddisruptionbudgets.policy' }] })
    const ofShop = setUp(({ namespace }) => namespace === undefined)
    expect(await ofShop.run(askRights(ofShop.objects, [need, ofCluster], 'shop', signal))).toMatchObject({
      asked: 1,
      missing: [{ resource: 'clusterroles.rbac.authorization.k8s.io' }],
    })
  })
})
