import { describe, expect, it } from 'vitest'
import { seededRandom, type KubernetesObject } from '#base/index.ts'
import type { Fault } from '#sandbox/api-server/index.ts'
import { countCalls } from './count.ts'
import { failures } from './failures.ts'
import { objectsOf } from './objects-of.ts'
import { sandboxCluster } from './sandbox-cluster.contract.ts'

const by = { fieldManager: 'test' }
const configMap = (name: string, data: Record<string, string> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
})
const a = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' }

/** The sandbox's API server, which answers the given requests with the given faults first. */
function setUp(faults: (Fault | undefined)[] = []) {
  const { cluster, clock, server } = sandboxCluster({ faults: () => faults.shift() })
  const counted = countCalls(cluster)
  const objects = objectsOf(counted, { clock, random: seededRandom(7) })
  return { objects, clock, server, counted, run: <T>(promise: Promise<T>) => clock.runUntil(promise) }
}

const refusal = (code: number, reason: string, message: string, details: object = {}, headers: Record<string, string> = {}): Fault => ({
  is: 'refuse',
  response: { status: code, headers, warnings: [], body: { kind: 'Status', code, reason, message, details } },
})
const noAnswer: Fault = { is: 'lostRequest', error: new Error('socket hang up') }

describe('reading', () => {
  it('gives undefined only for an object that is not there', async () => {
    const { objects, run } = setUp()
    expect(await run(objects.get(a))).toBeUndefined()
    await run(objects.create(configMap('a', { k: 'v' }), by))
    expect(await run(objects.get(a))).toMatchObject({ kind: 'ConfigMap', data: { k: 'v' } })
  })

  it('does not take a kind that the server does not know for an absent object', async () => {
    const { objects, run } = setUp([{ is: 'refuse', response: { status: 404, headers: {}, warnings: [], body: '404 page not found\n' } }])
    await expect(run(objects.get(a))).rejects.toMatchObject({ code: 'SL-KUBERNETES-KIND-NOT-SERVED', blame: 'user' })
  })

  it('names the verb, the resource and the namespace of a missing right', async () => {
    const message = 'configmaps "a" is forbidden: User "bob" cannot get resource "configmaps" in API group "" in the namespace "default"'
    const { objects, run } = setUp([refusal(403, 'Forbidden', message)])
    await expect(run(objects.get(a))).rejects.toMatchObject({
      code: 'SL-KUBERNETES-FORBIDDEN',
      message: 'ConfigMap default/a: we may not get configmaps in namespace default (cluster sandbox)',
      facts: { verb: 'get', resource: 'configmaps', namespace: 'default' },
    })
  })

  it('says when the credentials are not accepted', async () => {
    const { objects, run } = setUp([refusal(401, 'Unauthorized', 'Unauthorized')])
    await expect(run(objects.get(a))).rejects.toMatchObject({ code: 'SL-KUBERNETES-UNAUTHORIZED', blame: 'user' })
  })

  it('lists objects with kind and apiVersion, and with the version to watch from', async () => {
    const { objects, run } = setUp()
    await run(objects.create(configMap('a'), by))
    await run(objects.create({ ...configMap('b'), metadata: { name: 'b', namespace: 'default', labels: { app: 'x' } } }, by))
    const { items, resourceVersion } = await run(
      objects.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', labels: 'app=x' }),
    )
    expect(items).toMatchObject([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' } }])
    expect(Number(resourceVersion)).toBeGreaterThan(0)
  })

  it('repeats a read that got no answer, 429, 500 or 503, as long as that helps', async () => {
    const { objects, run, counted } = setUp([
      refusal(500, 'InternalError', 'etcdserver: request timed out'),
      refusal(429, 'TooManyRequests', 'too many requests', { retryAfterSeconds: 1 }),
      refusal(503, 'ServiceUnavailable', 'apiserver is shutting down'),
    ])
    expect(await run(objects.get(a))).toBeUndefined()
    expect(counted.counts().reads).toBe(4)
  })

  it('waits as long as Retry-After asks', async () => {
    const { objects, run, clock } = setUp([refusal(429, 'TooManyRequests', 'slow down', { retryAfterSeconds: 7 })])
    const start = clock.now()
    await run(objects.get(a))
    expect(clock.now() - start).toBe(7000)
  })

  it('gives up on a server that stays ill, and says what it said', async () => {
    const { objects, run } = setUp(Array.from({ length: 20 }, () => refusal(500, 'InternalError', 'etcd is gone')))
    await expect(run(objects.get(a))).rejects.toMatchObject({
      code: 'SL-KUBERNETES-SERVER-ERROR',
      blame: 'world',
      message: 'ConfigMap default/a: the API server failed to get it (500): etcd is gone',
    })
  })
})

describe('writing', () => {
  it('creates once; a second create is stale', async () => {
    const { objects, run } = setUp()
    expect(await run(objects.create(configMap('a'), by))).toMatchObject({ is: 'written', object: { metadata: { name: 'a' } } })
    expect(await run(objects.create(configMap('a'), by))).toMatchObject({ is: 'stale' })
  })

  it('names a namespace that does not exist', async () => {
    const { objects, run } = setUp([refusal(404, 'NotFound', 'namespaces "default" not found', { name: 'default', kind: 'namespaces' })])
    await expect(run(objects.create(configMap('a'), by))).rejects.toMatchObject({
      code: 'SL-KUBERNETES-NAMESPACE-MISSING',
      message: 'ConfigMap default/a: namespace default does not exist (cluster sandbox)',
    })
  })

  it('patches what was read, and is stale when something else is there', async () => {
    const { objects, run } = setUp()
    await run(objects.create(configMap('a', { k: '1' }), by))
    const read = await run(objects.get(a))
    const version = read?.metadata.resourceVersion ?? ''
    const replaceVersion = { op: 'replace', path: '/metadata/resourceVersion', value: version } as const
    const first = await run(objects.patch(a, [replaceVersion, { op: 'replace', path: '/data/k', value: '2' }], by))
    expect(first).toMatchObject({ is: 'written', object: { data: { k: '2' } } })
    const second = await run(objects.patch(a, [replaceVersion, { op: 'replace', path: '/data/k', value: '3' }], by))
    expect(second).toMatchObject({ is: 'stale', why: expect.stringContaining('has been modified') as string })
  })

  it('is stale when a test of the patch fails, or the object is gone', async () => {
    const { objects, run } = setUp()
    await run(objects.create(configMap('a', { k: '1' }), by))
    expect(await run(objects.patch(a, [{ op: 'test', path: '/data/k', value: '9' }], by))).toMatchObject({ is: 'stale' })
    expect(await run(objects.patch({ ...a, name: 'none' }, [{ op: 'remove', path: '/data/k' }], by))).toMatchObject({ is: 'stale' })
  })

  it('is stale, not invalid, when the object was deleted and made again', async () => {
    const message = 'ConfigMap "a" is invalid: metadata.uid: Invalid value: "u": field is immutable'
    const causes = [{ reason: 'FieldValueInvalid', message: 'Invalid value: "u": field is immutable', field: 'metadata.uid' }]
    const { objects, run } = setUp([refusal(422, 'Invalid', message, { name: 'a', kind: 'ConfigMap', causes })])
    expect(await run(objects.apply(configMap('a'), by))).toEqual({ is: 'stale', why: message })
  })

  it('tells an invalid object by the fields that the server names', async () => {
    const message = 'Deployment.apps "d" is invalid: spec.selector: Invalid value: {}: field is immutable'
    const causes = [{ reason: 'FieldValueInvalid', message: 'field is immutable', field: 'spec.selector' }]
    const { objects, run } = setUp([refusal(422, 'Invalid', message, { name: 'd', kind: 'Deployment', causes })])
    await expect(run(objects.apply(configMap('a'), by))).rejects.toMatchObject({ code: 'SL-KUBERNETES-INVALID', facts: { words: message } })
  })

  it('does not quote the values of a Secret', async () => {
    const message = 'Secret "s" is invalid: data[k]: Invalid value: "hunter2": nope'
    const causes = [{ reason: 'FieldValueInvalid', message: 'Invalid value: "hunter2"', field: 'data[k]' }]
    const { objects, run } = setUp([refusal(422, 'Invalid', message, { name: 's', kind: 'Secret', causes })])
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'default' } }
    await expect(run(objects.create(secret, by))).rejects.toMatchObject({ message: 'Secret default/s: not valid: data[k]' })
  })

  it('gives conflicts with owner and field', async () => {
    const causes = [
      { reason: 'FieldManagerConflict', message: 'conflict with "kubectl-client-side-apply" using apps/v1', field: '.spec.replicas' },
      { reason: 'FieldManagerConflict', message: 'conflict with "helm"', field: '.data.k' },
    ]
    const { objects, run } = setUp([refusal(409, 'Conflict', 'Apply failed with 2 conflicts', { causes })])
    expect(await run(objects.apply(configMap('a'), by))).toEqual({
      is: 'conflicts',
      conflicts: [
        { manager: 'kubectl-client-side-apply', field: '.spec.replicas' },
        { manager: 'helm', field: '.data.k' },
      ],
    })
  })

  it("passes on a webhook's refusal in its own words", async () => {
    const message = 'admission webhook "validation.istio.io" denied the request: configuration is invalid: total destination weight = 0'
    const { objects, run } = setUp([refusal(400, 'BadRequest', message)])
    await expect(run(objects.create(configMap('a'), by))).rejects.toMatchObject({
      code: 'SL-KUBERNETES-DENIED',
      facts: { by: 'admission webhook validation.istio.io', words: 'configuration is invalid: total destination weight = 0' },
    })
  })

  it('tells a refused quota from a missing right', async () => {
    const { objects, run } = setUp([refusal(403, 'Forbidden', 'pods "p" is forbidden: exceeded quota: q, requested: pods=1')])
    await expect(run(objects.create(configMap('a'), by))).rejects.toMatchObject({ code: 'SL-KUBERNETES-DENIED' })
  })

  it('blames the world when a webhook is down', async () => {
    const message = 'Internal error occurred: failed calling webhook "validation.istio.io": connect: connection refused'
    const { objects, run } = setUp([refusal(500, 'InternalError', message)])
    await expect(run(objects.create(configMap('a'), by))).rejects.toMatchObject({ code: 'SL-KUBERNETES-ADMISSION-DOWN', blame: 'world' })
  })

  it('never repeats a write whose answer is missing or unclear', async () => {
    for (const fault of [noAnswer, refusal(500, 'InternalError', 'etcd timed out'), refusal(504, 'Timeout', 'timeout')]) {
      const { objects, run, counted } = setUp([fault])
      await expect(run(objects.create(configMap('a'), by))).rejects.toThrow()
      expect(counted.counts().writes).toBe(1)
    }
  })

  it('repeats a dry run and a question of rights, which store nothing, like a read', async () => {
    const reset: Fault = { is: 'lostRequest', error: failures.UNREACHABLE({ cluster: 'sandbox', reason: 'socket hang up' }) }
    for (const fault of [reset, refusal(500, 'InternalError', 'etcd timed out')]) {
      const { objects, run, counted } = setUp([fault, undefined, fault])
      expect(await run(objects.apply(configMap('a'), { ...by, dryRun: true }))).toMatchObject({ is: 'written' })
      const right = { verb: 'patch', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' }
      expect(await run(objects.may(right))).toMatchObject({ allowed: true })
      expect(counted.counts()).toMatchObject({ dryRuns: 2, writes: 0 })
    }
  })

  it('repeats a write that the server says it did not take', async () => {
    const { objects, run } = setUp([refusal(429, 'TooManyRequests', 'busy', { retryAfterSeconds: 1 })])
    expect(await run(objects.create(configMap('a'), by))).toMatchObject({ is: 'written' })
  })

  it('removes the very object that was read, and tells when it was gone already', async () => {
    const { objects, run } = setUp()
    await run(objects.create(configMap('a'), by))
    expect(await run(objects.remove(a, { uid: 'another' }))).toMatchObject({ is: 'stale' })
    const uid = (await run(objects.get(a)))?.metadata.uid ?? ''
    expect(await run(objects.remove(a, { uid }))).toEqual({ is: 'removed' })
    expect(await run(objects.remove(a, {}))).toEqual({ is: 'absent' })
  })

  it('stores nothing in a dry run', async () => {
    const { objects, run, counted } = setUp()
    expect(await run(objects.create(configMap('a'), { ...by, dryRun: true }))).toMatchObject({ is: 'written' })
    expect(await run(objects.get(a))).toBeUndefined()
    expect(counted.counts()).toMatchObject({ writes: 0, dryRuns: 1 })
  })
})

describe('scaling', () => {
  const deployment: KubernetesObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd', namespace: 'default' },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'd' } },
      template: { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    },
  }

  it('scales what was read, and is stale once the spec is another', async () => {
    const { objects, run } = setUp()
    const made = await run(objects.create(deployment, by))
    if (made.is !== 'written') throw new Error('not created')
    expect(await run(objects.scale(made.object, 3, by))).toMatchObject({ is: 'written', object: { spec: { replicas: 3 } } })
    expect(await run(objects.scale(made.object, 5, by))).toMatchObject({ is: 'stale' })
  })
})

describe('kinds', () => {
  const istio = (versions: string[]): Fault => ({
    is: 'refuse',
    response: { status: 200, headers: {}, warnings: [], body: { kind: 'APIGroup', versions: versions.map(version => ({ version })) } },
  })
  const route = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', namespace: 'default', name: 'r' }
  const collection = { apiVersion: 'networking.istio.io/v1beta1', kind: 'VirtualService', namespace: 'default' }

  it("addresses Istio's kinds in the best version that is served", async () => {
    for (const [served, best] of [
      [['v1alpha3', 'v1', 'v1beta1'], 'v1'],
      [['v1alpha3', 'v1beta1'], 'v1beta1'],
      [['v1alpha3'], 'v1alpha3'],
    ] as const) {
      const { objects, run } = setUp([istio([...served])])
      expect(await run(objects.path(collection))).toBe(`/apis/networking.istio.io/${best}/namespaces/default/virtualservices`)
    }
  })

  it('asks once what is served, and again as long as it is not', async () => {
    const absent: Fault = { is: 'refuse', response: { status: 404, headers: {}, warnings: [], body: '404 page not found\n' } }
    const { objects, run, counted } = setUp([absent, istio(['v1'])])
    await expect(run(objects.get(route))).rejects.toMatchObject({
      code: 'SL-KUBERNETES-KIND-NOT-SERVED',
      message: 'VirtualService (networking.istio.io/v1): cluster sandbox does not serve this kind',
    })
    expect(await run(objects.get(route))).toBeUndefined()
    await run(objects.get(route))
    expect(counted.counts().reads).toBe(4)
  })

  it('discovers kinds that it does not know', async () => {
    const resources = [
      { name: 'widgets/status', kind: 'Widget', namespaced: true },
      { name: 'widgets', kind: 'Widget', namespaced: true },
    ]
    const { objects, run } = setUp([
      { is: 'refuse', response: { status: 200, headers: {}, warnings: [], body: { kind: 'APIResourceList', resources } } },
    ])
    expect(await run(objects.path({ apiVersion: 'example.com/v1', kind: 'Widget', namespace: 'shop' }))).toBe(
      '/apis/example.com/v1/namespaces/shop/widgets',
    )
  })
})

describe('counting', () => {
  it('keeps leases, records and marks apart from object writes', async () => {
    const { objects, run, counted } = setUp()
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'sluice-x', namespace: 'default' }, spec: {} }
    await run(objects.create(lease, by))
    await run(objects.create(configMap('sluice-record-cart'), by))
    await run(objects.create(configMap('a'), by))
    await run(objects.patch(a, [{ op: 'add', path: '/metadata/annotations', value: { 'sluice.dev/run': 'k3f9.1' } }], by))
    await run(objects.patch({ ...a, name: 'sluice-record-cart' }, [{ op: 'add', path: '/data', value: { k: 'v' } }], by))
    expect(counted.counts()).toMatchObject({ leases: 1, records: 2, writes: 1, marks: 1, reads: 0 })
  })
})
