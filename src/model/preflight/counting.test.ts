import { describe, expect, it } from 'vitest'
import { against, facts, fine, object, said, unseen } from './cart-facts.contract.ts'
import type { CountingSeen } from './facts.ts'

const url = 'http://prom:9090'
const forTheMesh = { routes: [object('VirtualService', 'cart', { hosts: ['test.com'], gateways: ['web', 'mesh'], http: [] })] }
const need = {
  verb: 'create',
  apiVersion: 'v1',
  kind: 'Pod',
  subresource: 'portforward',
  namespace: 'istio-system',
  steps: ['the report'],
} as const
const gateways = { items: [object('Pod', 'gateway-1', {}, { namespace: 'istio-system' })] }
const missing: CountingSeen = { missing: [{ need, resource: 'pods/portforward' }] }

it('is by the gateways where they see everybody and may be asked, whether a Prometheus is named or not', () => {
  for (const counting of [{ missing: [] }, { missing: [], prometheus: { url } }])
    expect(fine('counting', facts({}, { counting }))).toEqual(['requests are counted by the gateways themselves'])
})

it('is by nobody without the right to ask them: the rule is told, and who else could', () => {
  expect(against('counting', facts({}, { counting: missing }))).toMatchObject([
    {
      level: 'warn',
      message:
        'Request counts: the gateways in istio-system may not be asked (create pods/portforward), so lost requests are not measured.',
      todo: 'Add to a Role in namespace istio-system: { apiGroups: [""], resources: ["pods/portforward"], verbs: [create] }, or name a Prometheus in the Infrastructure.',
    },
  ])
})

it('is by nobody for callers inside the mesh, unless a Prometheus is named', () => {
  expect(said('counting', facts(forTheMesh))).toEqual(['unknown CALLERS-NOT-COUNTED'])
  expect(said('counting', facts({}, { gatewayPods: unseen() }))).toEqual(['unknown UNSEEN'])
  const counting = { ...missing, prometheus: { url } }
  expect(fine('counting', facts(forTheMesh, { counting }))).toEqual([`requests are counted by Prometheus ${url}`])
})

it('is told to fail where Prometheus does not answer, needed or not', () => {
  const trouble = { says: 'Prometheus http://prom:9090: cannot be reached: ECONNREFUSED', todo: 'Check it.' }
  const counting = { missing: [], prometheus: { url, trouble } }
  for (const own of [{}, forTheMesh])
    expect(against('counting', facts(own, { counting }))).toMatchObject([
      {
        level: 'warn',
        code: 'SL-PREFLIGHT-PROMETHEUS-SILENT',
        message: `${trouble.says}; requests that it should count are not measured.`,
        todo: 'Check it.',
      },
    ])
})

it('is unknown where Prometheus knows no proxy that calls, and it is needed', () => {
  const counting = { missing: [], prometheus: { url, trouble: 'nobody' } } as const
  expect(said('counting', facts(forTheMesh, { counting }))).toEqual(['unknown PROMETHEUS-EMPTY'])
  expect(said('counting', facts({}, { counting }))).toEqual([])
})

it('says nothing of a release that serves nobody yet', () => {
  expect(said('counting', facts({ ...forTheMesh, first: true }))).toEqual([])
})

describe('a run that judges a version by its requests', () => {
  const judging = { steps: [{ name: 'Does it answer well?', goals: [], measures: true }] }
  const nobody = { items: [] }
  const refused = (own: Parameters<typeof facts>[0], seen: Parameters<typeof facts>[1]) =>
    against('counting', facts({ ...judging, ...own }, seen)).filter(({ level }) => level === 'refuse')

  it('is refused where nobody could tell of them, before anybody is on that version', () => {
    expect(refused({}, { gatewayPods: nobody })).toMatchObject([
      {
        code: 'SL-PREFLIGHT-NOTHING-TO-JUDGE-BY',
        message:
          '"Does it answer well?": nobody could tell how requests to Service shop/cart-svc went: no gateway leads there, and no Prometheus is named.',
      },
    ])
    expect(refused({}, { counting: missing, gatewayPods: gateways })[0]?.message).toContain(
      'its gateways may not be asked (create pods/portforward)',
    )
    const silent = { missing: [], prometheus: { url, trouble: { says: 'Prometheus http://prom:9090: cannot be reached', todo: '' } } }
    expect(refused({}, { counting: silent, gatewayPods: nobody })[0]?.message).toContain(
      'went: Prometheus http://prom:9090: cannot be reached.',
    )
  })

  it('is not where gateways or a Prometheus tell, where gateways cannot be seen, or where nobody is served yet', () => {
    expect(refused(forTheMesh, { gatewayPods: gateways })).toEqual([])
    expect(refused({}, { counting: { missing: [], prometheus: { url } }, gatewayPods: nobody })).toEqual([])
    expect(refused({}, { counting: { missing: [], prometheus: { url, trouble: 'nobody' } }, gatewayPods: nobody })).toEqual([])
    expect(refused({}, { gatewayPods: unseen() })).toEqual([])
    expect(refused({ first: true }, { gatewayPods: nobody })).toEqual([])
    expect(against('counting', facts({}, { gatewayPods: nobody }))).toEqual([])
  })
})
