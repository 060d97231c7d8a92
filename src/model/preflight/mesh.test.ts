import { describe, expect, it } from 'vitest'
import { against, facts, fine, object, pod, said, without } from './cart-facts.contract.ts'
import { meshModeOf } from './mesh.ts'

const sidecar = { containers: [{ name: 'cart' }, { name: 'istio-proxy' }] }
const ambient = { annotations: { 'ambient.istio.io/redirection': 'enabled' } }

describe('how pods take part in the mesh', () => {
  it('is seen at the pod itself', () => {
    expect(meshModeOf(pod('a'))).toBe('none')
    expect(meshModeOf(pod('a', sidecar))).toBe('sidecar')
    expect(meshModeOf(pod('a', { initContainers: [{ name: 'istio-proxy', restartPolicy: 'Always' }] }))).toBe('sidecar')
    expect(meshModeOf(pod('a', {}, ambient))).toBe('ambient')
  })

  it('is told with its number of pods', () => {
    expect(fine('mesh', facts({ pods: [pod('a', sidecar), pod('b', sidecar), pod('c')] }))).toContain(
      'Service shop/cart-svc: 2 of 3 pods have a sidecar, 1 of 3 pods are outside the mesh: only the gateways split their traffic',
    )
    expect(fine('mesh', facts({ pods: [] }))).toContain('Service shop/cart-svc: no pods yet')
  })

  it('warns of an ambient mesh without a waypoint, which knows no routes', () => {
    const pods = [pod('a', {}, ambient)]
    const home = { items: [object('Namespace', 'shop', {}, { labels: { 'istio.io/use-waypoint': 'waypoint' } })] }
    const none = { items: [object('Namespace', 'shop', {}, { labels: { 'istio.io/use-waypoint': 'none' } })] }

    expect(said('mesh', facts({ pods }))).toEqual(['warn NO-WAYPOINT'])
    expect(said('mesh', facts({ pods }, { home: none }))).toEqual(['warn NO-WAYPOINT'])
    expect(said('mesh', facts({ pods }, { home }))).toEqual([])
  })
})

describe('how arrival is known', () => {
  const settle = { how: 'seconds', why: 'no istiod runs in this cluster' } as const

  it('warns where it can only be waited for, unless that is what the settings say', () => {
    expect(said('mesh', facts({}, { settle }))).toEqual(['warn ARRIVAL-BY-WAITING'])
    expect(said('mesh', facts({ settle: 'seconds' }, { settle }))).toEqual([])
  })

  it('names the right that is missing to ask istiod, as the rule to add', () => {
    const pods = { apiVersion: 'v1', kind: 'Pod', steps: [] }
    const missingForIstiod = [
      { need: { ...pods, verb: 'list' as const }, resource: 'pods' },
      { need: { ...pods, verb: 'create' as const, namespace: 'istio-system' }, resource: 'pods/portforward' },
    ]
    expect(against('mesh', facts({}, { settle, missingForIstiod }))[0]?.todo).toBe(
      'Add to a ClusterRole: { apiGroups: [""], resources: ["pods"], verbs: [list] } ' +
        'Add to a Role in namespace istio-system: { apiGroups: [""], resources: ["pods/portforward"], verbs: [create] }',
    )
  })

  it('is waited for where the route is no VirtualService; without a mesh nothing is unknown by that', () => {
    const routes = [object('Service', 'cart-svc')]
    const all = without('rejections', without('endpointClusters', facts({ routes }, { settle })))
    expect(said('mesh', all)).toEqual([])
    expect(fine('mesh', all)[1]).toContain('arrival is known by waiting')
  })

  it('says what only istiod could have told', () => {
    expect(against('mesh', without('rejections', without('endpointClusters')))).toMatchObject([
      {
        level: 'unknown',
        message: expect.stringContaining(
          'whether a proxy refuses its configuration already and whether the Service has endpoints in other clusters is unknown',
        ),
      },
    ])
  })
})
