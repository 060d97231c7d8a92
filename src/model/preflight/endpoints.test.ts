import { describe, expect, it } from 'vitest'
import { against, facts, object, pod, said, unseen } from './cart-facts.contract.ts'

const withPolicy = (trafficPolicy: object): ReturnType<typeof object> =>
  object('DestinationRule', 'cart', { host: 'cart-svc', trafficPolicy })
const ruled = (trafficPolicy: object, instances = 1): Parameters<typeof facts> => {
  const rule = withPolicy(trafficPolicy)
  const steps = [{ name: 'Canary Deployment', goals: [{ to: 'prepared' as const, instances: { count: instances }, fixed: false }] }]
  return [{ rule: { before: rule, after: rule }, steps }, { destinationRules: { items: [rule] } }]
}
const node = (name: string, zone: string) => ({
  ...object('Node', name),
  metadata: { name, labels: { 'topology.kubernetes.io/region': 'eu', 'topology.kubernetes.io/zone': zone } },
})
const nodes = { items: [node('n1', 'eu-1'), node('n2', 'eu-2')] }
const pods = [pod('a', { nodeName: 'n1' }), pod('b', { nodeName: 'n2' })]

describe('endpoints in other clusters', () => {
  const endpointClusters = ['cluster-1', 'cluster-2']

  it('refuse unless that is declared: a route written here moves nothing there', () => {
    expect(said('endpoints', facts({}, { endpointClusters }))).toEqual(['refuse REMOTE-ENDPOINTS'])
    expect(said('endpoints', facts({ remoteEndpoints: 'accept' }, { endpointClusters }))).toEqual(['warn REMOTE-ENDPOINTS'])
    expect(said('endpoints', facts({}, { endpointClusters: ['cluster-1'] }))).toEqual([])
  })
})

describe('outlier detection', () => {
  it('warns where it may eject a great part of a small canary', () => {
    const one = ruled({ outlierDetection: { consecutive5xxErrors: 5 } })
    expect(against('endpoints', facts(...one))[0]?.message).toContain('the canary begins with 1 pod:')
    expect(said('endpoints', facts(...one))).toEqual(['warn FEW-FOR-OUTLIERS'])
    expect(said('endpoints', facts(...ruled({ outlierDetection: {} }, 3)))).toEqual([])
    expect(said('endpoints', facts(...ruled({})))).toEqual([])
  })
})

describe('row 34: distribution by locality', () => {
  const distribute = (to: object): object => ({ loadBalancer: { localityLbSetting: { distribute: [{ from: 'eu/eu-1/*', to }] } } })
  const see = (to: object, instances = 2, seen = nodes): readonly string[] => {
    const [own, around] = ruled(distribute(to), instances)
    return said('endpoints', facts({ ...own, pods }, { ...around, nodes: seen }))
  }

  it('warns of zones with pods that it does not list', () => {
    expect(see({ 'eu/eu-1/*': 100 })).toEqual(['warn ZONES-DROPPED'])
    expect(see({ 'eu/eu-1/*': 80, 'eu/eu-2/*': 20 })).toEqual([])
    expect(see({ 'eu/*': 100 })).toEqual([])
  })

  it('warns of a canary with fewer pods than there are zones', () => {
    expect(see({ 'eu/*': 100 }, 1)).toEqual(['warn FEW-FOR-ZONES'])
  })

  it('is unknown where nodes may not be listed', () => {
    const [own, around] = ruled(distribute({ 'eu/*': 100 }), 2)
    const found = facts({ ...own, pods }, { ...around, nodes: unseen() })
    expect(said('endpoints', found)).toEqual(['unknown UNSEEN'])
  })
})
