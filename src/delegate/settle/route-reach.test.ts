import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { reachOf } from './route-reach.ts'

const object = (kind: string, name: string, spec: object = {}, labels: Readonly<Record<string, string>> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop', labels },
  spec,
})

/** What the route reaches, as `namespace labels`; collections of one place are joined by ` or `. */
async function reach(route: KubernetesObject, world: readonly KubernetesObject[] = []): Promise<readonly string[] | 'anywhere'> {
  const named = (_: string, kind: string, name: string): Promise<KubernetesObject | undefined> =>
    Promise.resolve(world.find(each => each.kind === kind && each.metadata.name === name))
  const found = await reachOf(route, named)
  if (found === 'anywhere') return found
  return found.map(place => place.map(({ namespace = '*', labels = '' }) => `${namespace} ${labels}`).join(' or '))
}

const gatewayName = 'gateway.networking.k8s.io/gateway-name'
const sidecars = '* security.istio.io/tlsMode'
const ingress = object('Gateway', 'public', { selector: { istio: 'ingressgateway' } })

describe('a VirtualService reaches', () => {
  const route = (gateways: readonly string[], hosts: readonly string[] = ['cart']) => object('VirtualService', 'cart', { hosts, gateways })

  it('the pods of its gateways, and the sidecars of the mesh', async () => {
    expect(await reach(route(['public']), [ingress])).toEqual(['* istio=ingressgateway'])
    expect(await reach(route(['public', 'mesh']), [ingress])).toEqual(['* istio=ingressgateway', sidecars])
    expect(await reach(route(['absent']))).toEqual([])
  })

  it('the waypoint of a Service, by its own label or that of its namespace', async () => {
    const label = { 'istio.io/use-waypoint': 'way' }
    const waypoint = `shop ${gatewayName}=way`
    expect(await reach(route(['mesh']), [object('Service', 'cart', {}, label)])).toEqual([sidecars, waypoint])
    expect(await reach(route(['mesh']), [object('Service', 'cart'), object('Namespace', 'shop', {}, label)])).toEqual([sidecars, waypoint])
    const elsewhere = { ...label, 'istio.io/use-waypoint-namespace': 'mesh' }
    expect(await reach(route(['mesh']), [object('Service', 'cart', {}, elsewhere)])).toEqual([sidecars, `mesh ${gatewayName}=way`])
  })

  it('no waypoint where the Service has none, or the route is bound to gateways only', async () => {
    const label = { 'istio.io/use-waypoint': 'way' }
    const none = object('Service', 'cart', {}, { 'istio.io/use-waypoint': 'none' })
    expect(await reach(route(['mesh']), [none, object('Namespace', 'shop', {}, label)])).toEqual([sidecars])
    expect(await reach(route(['public']), [ingress, object('Service', 'cart', {}, label)])).toEqual(['* istio=ingressgateway'])
  })

  it('who knows what, where it has no hosts of its own or its Gateway selects every proxy', async () => {
    expect(await reach(route(['mesh'], []))).toBe('anywhere')
    expect(await reach(route(['public', 'mesh']), [object('Gateway', 'public')])).toBe('anywhere')
  })
})

describe('a route of the Gateway API reaches', () => {
  const route = (parentRefs: readonly object[]) => object('HTTPRoute', 'cart', { parentRefs })
  const own = `shop ${gatewayName}=public`

  it('the pods of its Gateway, or, where it has none of its own, those behind the Services of its addresses', async () => {
    const addresses = [{ type: 'Hostname', value: 'edge.shop.svc.cluster.local' }]
    const world = [object('Gateway', 'public', { addresses }), object('Service', 'edge', { selector: { app: 'edge' } })]
    expect(await reach(route([{ name: 'public' }]), world)).toEqual([`${own} or shop app=edge`])
    expect(await reach(route([{ name: 'public' }]), [object('Gateway', 'public')])).toEqual([own])
    expect(await reach(route([{ name: 'absent' }]))).toEqual([])
  })

  it('the mesh where its parent is a Service, with the waypoint of that', async () => {
    const service = object('Service', 'cart', {}, { 'istio.io/use-waypoint': 'way' })
    expect(await reach(route([{ kind: 'Service', group: '', name: 'cart' }]), [service])).toEqual([sidecars, `shop ${gatewayName}=way`])
  })

  it('who knows what, where its parent is of another kind', async () => {
    expect(await reach(route([{ kind: 'ServiceEntry', name: 'cart' }]))).toBe('anywhere')
  })
})
