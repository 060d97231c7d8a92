import { describe, expect, it } from 'vitest'
import { configKey, readConfigz, readEndpointClusters, readPushes, readShards, readSyncz, readUpdates } from './istiod-pages.ts'

describe('clusters with endpoints of a Service', () => {
  const host = 'cart.shop.svc.cluster.local'
  const endpoint = { Addresses: ['10.0.0.1'] }
  const clusters = (shards: object): readonly string[] => readEndpointClusters({ [host]: { shop: { Shards: shards } } }, host)

  it('are those that have any, in the order of their names', () => {
    expect(clusters({ 'Kubernetes/eu-2': [endpoint], 'Kubernetes/eu-1': [endpoint] })).toEqual(['eu-1', 'eu-2'])
    expect(clusters({ 'Kubernetes/eu-1': [endpoint], 'Kubernetes/eu-2': null, 'Kubernetes/eu-3': [] })).toEqual(['eu-1'])
  })

  it('are none of registries that are no cluster, and none of a Service that istiod does not know', () => {
    expect(clusters({ 'External/eu-4': [endpoint] })).toEqual([])
    expect([readEndpointClusters({}, host), readEndpointClusters(undefined, host)]).toEqual([[], []])
  })
})

describe('/debug/syncz', () => {
  it('tells sent, acknowledged and refused, per type', () => {
    const [proxy] = readSyncz([
      {
        cluster_id: 'Kubernetes',
        proxy: 'istio-ingressgateway-6f.istio-system',
        proxy_type: 'router',
        cluster_sent: 'c1',
        cluster_acked: 'c1',
        route_sent: 'r2',
        route_acked: 'r1',
        resources: {
          'type.googleapis.com/envoy.config.route.v3.RouteConfiguration': { sent: 'r2', acked: 'r1', lastError: 'at least 1 item' },
        },
      },
    ])
    expect(proxy?.id).toBe('istio-ingressgateway-6f.istio-system')
    expect(proxy?.tellsErrors).toBe(true)
    expect(proxy?.types.cluster).toEqual({ sent: 'c1', acked: 'c1', lastError: undefined })
    expect(proxy?.types.route).toEqual({ sent: 'r2', acked: 'r1', lastError: 'at least 1 item' })
    expect(proxy?.types.endpoint).toEqual({ sent: undefined, acked: undefined, lastError: undefined })
  })

  it('tells no refusals before Istio 1.23', () => {
    expect(readSyncz([{ proxy: 'p.ns', route_sent: 'r2' }])[0]?.tellsErrors).toBe(false)
  })
})

describe('/debug/configz', () => {
  it('gives uid and generation of routes and rules', () => {
    const object = (kind: string, name: string) => ({
      kind,
      apiVersion: 'networking.istio.io/v1',
      metadata: { name, namespace: 'shop', uid: 'u', generation: 3 },
      spec: {},
    })
    expect(readConfigz([object('VirtualService', 'a'), object('Gateway', 'b'), object('DestinationRule', 'c')])).toEqual([
      { key: 'VirtualService shop/a', uid: 'u', generation: 3 },
      { key: 'DestinationRule shop/c', uid: 'u', generation: 3 },
    ])
    expect(configKey({ kind: 'VirtualService', metadata: { namespace: 'shop', name: 'a' } })).toBe('VirtualService shop/a')
  })
})

describe('/debug/endpointShardz', () => {
  it('gives the healthy addresses of a Service once, whatever its ports, clusters and domain', () => {
    const endpoint = (address: string, HealthStatus: number, port = 'http') => ({
      Addresses: [address],
      Labels: { app: 'cart' },
      ServicePortName: port,
      HealthStatus,
    })
    const page = {
      'cart-svc.shop.svc.cluster.local': {
        shop: {
          Shards: {
            'Kubernetes/one': [endpoint('10.0.0.1', 1), endpoint('10.0.0.1', 1, 'grpc'), endpoint('10.0.0.2', 2), endpoint('10.0.0.3', 4)],
            'Kubernetes/two': [endpoint('10.1.0.1', 1)],
          },
        },
      },
      'other.shop.svc.example.org': { shop: { Shards: {} } },
    }
    const services = readShards(page)
    expect(services.get('cart-svc.shop')).toEqual([
      { address: '10.0.0.1', labels: { app: 'cart' } },
      { address: '10.1.0.1', labels: { app: 'cart' } },
    ])
    expect(services.get('other.shop')).toEqual([])
  })

  it('reads the single address of Istio up to 1.23', () => {
    const page = { 'a.b.svc.x': { b: { Shards: { k: [{ Address: '10.0.0.9', HealthStatus: 1 }] } } } }
    expect(readShards(page).get('a.b')).toEqual([{ address: '10.0.0.9', labels: {} }])
  })
})

describe('/metrics', () => {
  it('gives how many push contexts were made and how long that took', () => {
    const page = [
      '# TYPE pilot_pushcontext_init_seconds histogram',
      'pilot_pushcontext_init_seconds_bucket{le="+Inf"} 21',
      'pilot_pushcontext_init_seconds_sum 0.0123',
      'pilot_pushcontext_init_seconds_count 21',
      'process_start_time_seconds 1.79562e+09',
    ].join('\n')
    expect(readPushes(page)).toEqual({ count: 21, seconds: 0.0123, process: 1_795_620_000 })
  })

  it('gives nothing where they are not told', () => {
    expect(readPushes('pilot_info{version="1.27.1"} 1\n')).toBeUndefined()
  })
})

it('reads how many changes that ask for a push have come', () => {
  const page = [
    'pilot_inbound_updates{type="eds"} 40',
    'pilot_inbound_updates{type="config"} 53',
    'process_start_time_seconds 1.79562e+09',
    '',
  ].join('\n')
  expect(readUpdates(page)).toEqual({ updates: 53, process: 1_795_620_000 })
  expect(readUpdates('pilot_info{version="1.27.1"} 1\n')).toEqual({ updates: undefined, process: undefined })
})
