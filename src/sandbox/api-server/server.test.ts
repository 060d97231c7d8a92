import { describe, expect, it } from 'vitest'
import { seededRandom, VirtualClock, type KubernetesObject } from '#base/index.ts'
import { createApiServer } from './server.ts'
import { configMaps, deployment, deployments, messageOf, testServer, virtualService, virtualServices } from './server-in-tests.ts'

const turn = () => new Promise(resolve => setImmediate(resolve))
const object = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  ...more,
})

describe('an API server in memory', () => {
  it('gives the same history again for the same seed and clock', () => {
    const history = (seed: number): unknown => {
      const api = createApiServer({ clock: new VirtualClock(), random: seededRandom(seed) })
      api.handle({ method: 'POST', path: deployments, body: deployment('a') })
      api.handle({ method: 'POST', path: configMaps, body: { metadata: { generateName: 'a-' } } })
      return [api.objects.list('deployments.apps'), api.objects.list('configmaps')]
    }
    expect(history(1)).toEqual(history(1))
    expect(history(1)).not.toEqual(history(2))
  })

  it('shows one storage under every version, with the version of the writer in managedFields', () => {
    const { send, create } = testServer()
    create(virtualServices.replace('/v1/', '/v1beta1/'), { ...virtualService('cart', [['a']]), apiVersion: 'networking.istio.io/v1beta1' })
    const read = send('GET', `${virtualServices}/cart`).body as KubernetesObject
    expect(read).toMatchObject({
      apiVersion: 'networking.istio.io/v1',
      metadata: { managedFields: [{ apiVersion: 'networking.istio.io/v1beta1' }] },
    })
  })

  it('turns autoscalers of v1 and v2 into each other', () => {
    const { send, create } = testServer()
    const path = '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers'
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }
    create(path, { metadata: { name: 'h' }, spec: { maxReplicas: 3, targetCPUUtilizationPercentage: 50, scaleTargetRef } })
    expect(send('GET', `${path.replace('/v1/', '/v2/')}/h`).body).toMatchObject({
      apiVersion: 'autoscaling/v2',
      spec: { minReplicas: 1, metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 50 } } }] },
    })
    expect(send('GET', `${path}/h`).body).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 50 } })
  })

  it('asks webhooks about writes of main objects, dry runs too, and passes their warnings on', () => {
    const seen: string[] = []
    const { api, send, create } = testServer({
      admission: [
        {
          name: 'validation.istio.io',
          review(operation, { metadata }, old, dryRun) {
            seen.push(`${operation} ${metadata.name} ${old ? 'old' : 'new'} ${dryRun}`)
            return metadata.name === 'bad' ? { denied: 'configuration is invalid: no' } : { warnings: ['careful'] }
          },
        },
      ],
    })
    const refused = send('POST', `${configMaps}?dryRun=All`, { metadata: { name: 'bad' } })
    expect(refused.status).toBe(400)
    expect(messageOf(refused)).toBe('admission webhook "validation.istio.io" denied the request: configuration is invalid: no')
    expect(send('POST', configMaps, { metadata: { name: 'a' } }).warnings).toEqual(['careful'])
    create(deployments, deployment('d'))
    seen.length = 0
    api.objects.updateStatus('deployments.apps', { ...deployment('d'), metadata: { name: 'd' }, status: { replicas: 1 } }, { manager: 'c' })
    expect(seen).toEqual([])
  })

  it('refuses unknown fields strictly, warns of them, or ignores them: of built-in and custom kinds', () => {
    const { send } = testServer()
    const wrong = deployment('d', { replica: 2 })
    const refused = send('POST', `${deployments}?fieldValidation=Strict`, wrong)
    expect(messageOf(refused)).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"',
    )
    expect(send('POST', deployments, wrong).warnings).toEqual(['unknown field "spec.replica"'])
    const route = { ...virtualService('cart', [['a']]), extra: 1, spec: { hosts: ['a'], nope: 1 } }
    const body = messageOf(send('POST', `${virtualServices}?fieldValidation=Strict`, route))
    expect(body).toBe(
      'VirtualService in version "v1" cannot be handled as a VirtualService: strict decoding error: unknown field "extra", unknown field "spec.nope"',
    )
    const made = send('POST', `${virtualServices}?fieldValidation=Ignore`, route)
    expect([made.status, made.warnings, (made.body as KubernetesObject).spec]).toEqual([201, [], { hosts: ['a'] }])
  })

  it('keeps an object under deletion until its last finalizer is gone, and lets nobody add one', () => {
    const { create, send, patch } = testServer()
    create(configMaps, { metadata: { name: 'a', finalizers: ['lab.io/hold'] } })
    expect(send('DELETE', `${configMaps}/a`).body).toMatchObject({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })
    const more = patch('merge', `${configMaps}/a`, { metadata: { finalizers: ['lab.io/hold', 'lab.io/more'] } })
    expect(messageOf(more)).toContain(
      'no new finalizers can be added if the object is being deleted, found new finalizers []string{"lab.io/more"}',
    )
    expect(patch('merge', `${configMaps}/a`, { metadata: { finalizers: null } }).status).toBe(200)
    expect(send('GET', `${configMaps}/a`).status).toBe(404)
  })

  it('answers what it is and how it fares without HTTP too', () => {
    const { send } = testServer()
    expect(send('GET', '/readyz').body).toBe('ok')
    expect(send('GET', '/version').body).toMatchObject({ gitVersion: 'v1.35.4' })
    expect(send('GET', '/openapi/v2/more').status).toBe(404)
    const swagger = send('GET', '/openapi/v2')
    expect([swagger.status, swagger.headers['content-type']]).toEqual([200, expect.stringContaining('+protobuf')])
    // Field 1, a text of three bytes.
    expect((swagger.body as Buffer).subarray(0, 5)).toEqual(Buffer.from('\n\u00032.0'))
    const document = send('GET', '/openapi/v3/apis/networking.istio.io/v1').body as {
      paths: Record<string, { patch: { parameters: { name: string }[] } }>
    }
    const operation = document.paths['/apis/networking.istio.io/v1/namespaces/{namespace}/virtualservices/{name}']?.patch
    expect(operation?.parameters.map(({ name }) => name)).toContain('fieldValidation')
  })
})

describe('objects for controllers', () => {
  it('are told of everything that is there, then of every change, later and in order', async () => {
    const { api } = testServer()
    const by = { manager: 'm' }
    api.objects.create('configmaps', object('a'), by)
    const heard: string[] = []
    api.objects.create('configmaps', object('b'), by)
    const stop = api.objects.subscribe('configmaps', ({ type, object: { metadata } }) => heard.push(`${type} ${metadata.name}`))
    api.objects.update('configmaps', object('a', { data: { k: '1' } }), by)
    api.objects.delete('configmaps', { namespace: 'default', name: 'b' })
    expect(heard).toEqual([])
    await turn()
    expect(heard).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED b'])
    stop()
    api.objects.create('configmaps', object('c'), by)
    await turn()
    expect(heard).toHaveLength(4)
  })

  it('are shared: a read gives the same object until the next write', () => {
    const { api } = testServer()
    const made = api.objects.create('configmaps', object('a'), { manager: 'm' })
    expect(api.objects.get('configmaps', made.metadata)).toBe(made)
    expect(api.objects.list('configmaps')[0]).toBe(made)
    const same = api.objects.update('configmaps', object('a'), { manager: 'm' })
    expect(same).toBe(made)
  })

  it('refuse a stale write', () => {
    const { api } = testServer()
    const made = api.objects.create('configmaps', object('a'), { manager: 'm' })
    api.objects.update('configmaps', object('a', { data: { k: '1' } }), { manager: 'm' })
    expect(() => api.objects.update('configmaps', { ...made, data: { k: '2' } }, { manager: 'm' })).toThrow('the object has been modified')
  })
})
