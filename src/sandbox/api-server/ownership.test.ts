import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import {
  configMaps,
  deployment,
  deployments,
  messageOf,
  owners,
  testServer,
  virtualService,
  virtualServices,
  type TestServer,
} from './server-in-tests.ts'

const bare = virtualService('cart', [[undefined]])
const split = virtualService('cart', [
  ['stable', 90],
  ['canary', 10],
])
const cart = `${deployments}/cart`
const route = `${virtualServices}/cart`

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** As `kubectl apply` does on the client's side. */
function clientSideApply(server: TestServer, object: ReturnType<typeof deployment>): KubernetesObject {
  const annotations = { [lastApplied]: `${JSON.stringify(object)}\n` }
  return server.create(deployments, { ...object, metadata: { ...object.metadata, annotations } }, 'kubectl-client-side-apply')
}

describe('a server-side apply over what others made', () => {
  it('meets one conflict with a client-side apply, and names it', () => {
    const server = testServer()
    clientSideApply(server, deployment('cart', { replicas: 2 }))
    const applied = server.patch('apply', cart, deployment('cart', {}, { image: 'web:2' }), 'fieldManager=sluice')
    expect(applied.status).toBe(409)
    expect(applied.body).toMatchObject({
      reason: 'Conflict',
      message:
        'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.template.spec.containers[name="c"].image',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "kubectl-client-side-apply" using apps/v1',
            field: '.spec.template.spec.containers[name="c"].image',
          },
        ],
      },
    })
  })

  it('names an applier without a version, and several conflicts line by line', () => {
    const server = testServer()
    server.patch(
      'apply',
      `${configMaps}/a`,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: '1', l: '1' } },
      'fieldManager=m1',
    )
    const second = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: '2', l: '2' } }
    expect(messageOf(server.patch('apply', `${configMaps}/a`, second, 'fieldManager=m2'))).toBe(
      'Apply failed with 2 conflicts: conflicts with "m1":\n- .data.k\n- .data.l',
    )
  })

  it('takes the image by force, while a field that we dropped survives as long as its maker co-owns it', () => {
    const server = testServer()
    clientSideApply(server, deployment('cart', {}, { env: [{ name: 'A', value: '1' }] }))
    server.patch('apply', cart, deployment('cart', {}, { env: [{ name: 'A', value: '1' }] }), 'fieldManager=sluice')
    const forced = server.patch('apply', cart, deployment('cart', {}, { image: 'web:2' }), 'fieldManager=sluice&force=true')
    expect(forced.body).toMatchObject({
      spec: { template: { spec: { containers: [{ image: 'web:2', env: [{ name: 'A', value: '1' }] }] } } },
    })
  })

  it('lets kubectl alone take over what its own client-side apply wrote', () => {
    const server = testServer()
    clientSideApply(server, deployment('cart'))
    const next = deployment('cart', {}, { image: 'web:2' })
    const applied = server.patch('apply', cart, next, 'fieldManager=kubectl')
    expect(applied.status).toBe(200)
    const annotation = (applied.body as KubernetesObject).metadata.annotations?.[lastApplied] ?? ''
    expect(JSON.parse(annotation)).toMatchObject({ spec: { template: { spec: { containers: [{ image: 'web:2' }] } } } })
  })

  it('migrates a client-side entry by a patch of managedFields before the apply: then dropped fields go', () => {
    const server = testServer()
    const made = clientSideApply(server, deployment('cart', {}, { env: [{ name: 'A', value: '1' }] }))
    const [entry] = made.metadata.managedFields as unknown as [{ fieldsV1: Record<string, unknown> }]
    const { 'f:metadata': _, ...fields } = entry.fieldsV1
    const migrated = [{ ...entry, manager: 'sluice', operation: 'Apply', fieldsV1: fields }]
    const patched = server.patch(
      'json',
      cart,
      [{ op: 'replace', path: '/metadata/managedFields', value: migrated }],
      'fieldManager=sluice-run',
    )
    expect(owners(patched.body as KubernetesObject)).toEqual({ 'sluice Apply': fields })
    const applied = server.patch('apply', cart, deployment('cart', {}, { image: 'web:2' }), 'fieldManager=sluice')
    expect(applied.status).toBe(200)
    expect(JSON.stringify(applied.body)).not.toContain('"env"')
    expect((applied.body as KubernetesObject).metadata.annotations).toHaveProperty([lastApplied])
  })

  it('meets an object that nobody tracked as before-first-apply', () => {
    const server = testServer()
    server.create(configMaps, { metadata: { name: 'a' }, data: { k: '1' } })
    server.patch('merge', `${configMaps}/a`, { metadata: { managedFields: [{}] } })
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: '2' } }
    expect(messageOf(server.patch('apply', `${configMaps}/a`, config, 'fieldManager=m'))).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.k',
    )
  })

  it('leaves no time on a manager that only agreed', () => {
    const server = testServer()
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: '1' } }
    server.patch('apply', `${configMaps}/a`, config, 'fieldManager=m1')
    const agreed = server.patch('apply', `${configMaps}/a`, config, 'fieldManager=m2').body as KubernetesObject
    expect(agreed.metadata.managedFields).toMatchObject([{ manager: 'm2' }, { manager: 'm1', time: '2026-01-01T00:00:00Z' }])
    expect(agreed.metadata.managedFields?.[0]).not.toHaveProperty('time')
  })
})

describe('a route under a run', () => {
  const weights = [{ op: 'replace', path: '/spec/http/0/route', value: split.spec.http[0]?.route }]

  it('has its whole http list owned by whoever patched a weight', () => {
    const server = testServer()
    server.patch('apply', route, bare, 'fieldManager=sluice')
    const patched = server.patch('json', route, weights, 'fieldManager=sluice-run').body as KubernetesObject
    expect(owners(patched)).toEqual({
      'sluice Apply': { 'f:spec': { 'f:hosts': {} } },
      'sluice-run Update': { 'f:spec': { 'f:http': {} } },
    })
    expect(patched.metadata.generation).toBe(2)
    const again = server.patch('apply', route, bare, 'fieldManager=sluice')
    expect(messageOf(again)).toBe('Apply failed with 1 conflict: conflict with "sluice-run" using networking.istio.io/v1: .spec.http')
    expect(server.patch('apply', route, split, 'fieldManager=sluice').status).toBe(200)
  })

  it('is given back to its owner by a second patch of managedFields, not by one that also changes the route', () => {
    const server = testServer()
    const before = server.patch('apply', route, bare, 'fieldManager=kubectl').body as KubernetesObject
    server.patch('json', route, weights, 'fieldManager=sluice-run')
    const restore = [{ op: 'replace', path: '/spec/http', value: bare.spec.http }]
    const snapshot = [{ op: 'replace', path: '/metadata/managedFields', value: before.metadata.managedFields }]
    const together = server.patch('json', route, [...restore, ...snapshot], 'fieldManager=sluice-run').body as KubernetesObject
    expect(Object.keys(owners(together))).toContain('sluice-run Update')
    const after = server.patch('json', route, snapshot, 'fieldManager=sluice-run').body as KubernetesObject
    expect(owners(after)).toEqual(owners(before))
    expect(after.metadata.generation).toBe(together.metadata.generation)
    const changed = virtualService('cart', [['v2']])
    expect(server.patch('apply', route, changed, 'fieldManager=kubectl').status).toBe(200)
  })
})

describe('replicas', () => {
  it('go back to 1 when the only owner leaves them out', () => {
    const server = testServer()
    server.patch('apply', cart, deployment('cart', { replicas: 4 }), 'fieldManager=sluice')
    expect(server.patch('apply', cart, deployment('cart'), 'fieldManager=sluice').body).toMatchObject({ spec: { replicas: 1 } })
  })

  it('stay an autoscaler’s: the manifest’s number is a conflict, the live one is shared, and leaving them out keeps them', () => {
    const server = testServer()
    server.patch('apply', cart, deployment('cart', { replicas: 2 }), 'fieldManager=sluice')
    server.patch('merge', `${cart}/scale`, { spec: { replicas: 5 } }, 'fieldManager=hpa')
    expect(owners(server.get(cart))['hpa Update scale']).toEqual({ 'f:spec': { 'f:replicas': {} } })
    const manifest = server.patch('apply', cart, deployment('cart', { replicas: 2 }), 'fieldManager=sluice')
    expect(messageOf(manifest)).toBe(
      'Apply failed with 1 conflict: conflict with "hpa" with subresource "scale" using apps/v1: .spec.replicas',
    )
    expect(server.patch('apply', cart, deployment('cart', { replicas: 5 }), 'fieldManager=sluice').status).toBe(200)
    expect(server.patch('apply', cart, deployment('cart'), 'fieldManager=sluice').body).toMatchObject({ spec: { replicas: 5 } })
  })

  it('are fenced by the resourceVersion even under force', () => {
    const server = testServer()
    const read = server.patch('apply', cart, deployment('cart', { replicas: 2 }), 'fieldManager=sluice').body as KubernetesObject
    server.patch('merge', `${cart}/scale`, { spec: { replicas: 5 } }, 'fieldManager=hpa')
    const { resourceVersion } = read.metadata
    const config = { ...deployment('cart', { replicas: 2 }), metadata: { name: 'cart', resourceVersion } }
    const forced = server.patch('apply', cart, config, 'fieldManager=sluice&force=true')
    expect(forced.status).toBe(409)
    expect(messageOf(forced)).toContain('the object has been modified')
  })
})

describe('fences', () => {
  const config = (metadata: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', ...metadata }, data: { k: '1' } })
  const path = `${configMaps}/a`

  it('an apply with a uid does not make a deleted object again', () => {
    const server = testServer()
    const { uid } = server.create(configMaps, { metadata: { name: 'a' } }).metadata
    server.send('DELETE', path)
    const absent = server.patch('apply', path, config({ uid }), 'fieldManager=m')
    expect(absent.status).toBe(409)
    expect(messageOf(absent)).toContain(`uid mismatch: the provided object specified uid ${uid}, and no existing object was found`)
    server.create(configMaps, { metadata: { name: 'a' } })
    const recreated = server.patch('apply', path, config({ uid }), 'fieldManager=m')
    expect(recreated.status).toBe(422)
    expect(messageOf(recreated)).toBe(`ConfigMap "a" is invalid: metadata.uid: Invalid value: "${uid}": field is immutable`)
  })

  it('an apply with a resourceVersion alone creates what is absent', () => {
    const server = testServer()
    expect(server.patch('apply', path, config({ resourceVersion: '7' }), 'fieldManager=m').status).toBe(201)
  })

  it('a JSON patch answers 409 for a stale version that it replaces, and 422 without a word for one that it tests', () => {
    const server = testServer()
    const { resourceVersion } = server.create(configMaps, { metadata: { name: 'a' } }).metadata
    server.patch('merge', path, { data: { k: '1' } })
    const replaced = server.patch('json', path, [
      { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
      { op: 'add', path: '/data/k', value: '2' },
    ])
    expect(replaced.status).toBe(409)
    const tested = server.patch('json', path, [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }])
    expect(tested.status).toBe(422)
    expect(messageOf(tested)).toBe('the server rejected our request due to an error in our request')
  })

  it('annotations do not count as a generation', () => {
    const server = testServer()
    server.create(deployments, deployment('cart'))
    const marked = server.patch('merge', cart, { metadata: { annotations: { 'sluice.dev/run': 'k3f9.1' } } }).body as KubernetesObject
    expect(marked.metadata.generation).toBe(1)
  })
})

describe('who wrote what on an object that many write to', () => {
  it('keeps ten updaters, and folds the oldest into ancient-changes', async () => {
    const server = testServer()
    server.create(configMaps, { metadata: { name: 'a' }, data: { first: '1' } })
    for (let i = 0; i < 12; i++) {
      await server.clock.advance(1000)
      server.patch('merge', `${configMaps}/a`, { data: { [`k${i}`]: '1' } }, `fieldManager=m${i}`)
    }
    const names = Object.keys(owners(server.get(`${configMaps}/a`)))
    expect(names).toHaveLength(10)
    expect(names[0]).toBe('ancient-changes Update')
  })

  it('is not told of a write that changes nothing', () => {
    const server = testServer()
    const made = server.create(configMaps, { metadata: { name: 'a' }, data: { k: '1' } })
    const again = server.patch('merge', `${configMaps}/a`, { data: { k: '1' } }, 'fieldManager=other').body as KubernetesObject
    expect(again).toEqual(made)
  })
})
