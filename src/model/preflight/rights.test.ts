import { describe, expect, it } from 'vitest'
import { against, facts, fine, object, route } from './cart-facts.contract.ts'
import type { Need } from './right.ts'
import { neededRights } from './rights.ts'

const text = ({ verb, kind, name }: Need): string => `${verb} ${kind}${name === undefined ? '' : ` ${name}`}`
const stepsOf = (needs: readonly Need[], wanted: string): readonly string[] => needs.find(need => text(need) === wanted)?.steps ?? []

describe('the rights that a run needs', () => {
  const needs = neededRights(facts().subject)

  it('name the steps that need them, the end and the way back among them', () => {
    expect(stepsOf(needs, 'patch VirtualService cart')).toEqual([
      'the look before the first write',
      'Canary Deployment',
      'Traffic Split',
      'Rollout Deployment',
      'At rest',
      'the way back',
    ])
    expect(stepsOf(needs, 'create Deployment')).toEqual(['Canary Deployment', 'Traffic Split', 'Rollout Deployment'])
    expect(stepsOf(needs, 'delete Deployment cart-canary')).toEqual(['At rest', 'the way back'])
    expect(stepsOf(needs, 'create Lease')).toEqual(['Canary Deployment', 'Traffic Split', 'Rollout Deployment'])
    expect(stepsOf(needs, 'patch ConfigMap sluice-record-cart')).toContain('Canary Deployment')
    expect(stepsOf(needs, 'watch Pod')).toEqual(['the look before the first write'])
  })

  it('are each there once', () => {
    const all = needs.map(need => `${need.namespace} ${text(need)}`)
    expect(all.length).toBe(new Set(all).size)
  })

  it('hold what new objects of the manifests need: to be made, and to be taken away again', () => {
    const config = object('ConfigMap', 'cart-env-7f9c')
    const manifests = [...facts().subject.manifests, { object: config }]
    const more = neededRights({ ...facts().subject, manifests })

    expect(stepsOf(more, 'create ConfigMap')).toContain('Canary Deployment')
    expect(stepsOf(more, 'delete ConfigMap cart-env-7f9c')).toEqual(['the way back'])
    expect(needs.some(need => need.verb === 'delete' && need.kind === 'ConfigMap')).toBe(false)
  })

  it('are asked for the whole cluster where an object has no namespace', () => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'cart' } }
    const more = neededRights({ ...facts().subject, manifests: [{ object: role }] })

    expect(more.filter(need => need.kind === 'ClusterRole').every(need => need.namespace === undefined)).toBe(true)
  })

  it("hold the canary's Service where it has one", () => {
    const isolated = { service: 'cart-svc-canary', kept: false, label: { key: 'app', canary: 'cart-canary' } }
    const more = neededRights({ ...facts().subject, isolated })
    expect(stepsOf(more, 'create Service')).toContain('Canary Deployment')
    expect(stepsOf(more, 'delete Service cart-svc-canary')).toEqual(['At rest', 'the way back'])
    expect(needs.some(need => need.kind === 'Service' && need.verb !== 'list')).toBe(false)
    const stage = neededRights({ ...facts().subject, isolated: { ...isolated, service: 'cart-stage', kept: true } })
    expect(stepsOf(stage, 'patch Service cart-stage')).toContain('the way back')
    expect(stage.some(need => need.kind === 'Service' && need.verb === 'delete')).toBe(false)
  })

  it('hold reading what gateways can, where that is wanted and was not read', () => {
    const gateway = { name: 'public', namespace: 'edge' }
    const more = neededRights({ ...facts().subject, unreadGateways: [gateway] })
    const gateways = more
      .filter(({ kind }) => kind.startsWith('Gateway'))
      .map(({ verb, kind, namespace, name }) => [verb, kind, namespace, name])
    expect(gateways).toEqual([
      ['get', 'Gateway', 'edge', 'public'],
      ['get', 'GatewayClass', undefined, undefined],
    ])
    expect(needs.some(({ kind }) => kind.startsWith('Gateway'))).toBe(false)
  })

  it('hold an autoscaler only where there is one', () => {
    const hpa = object('HorizontalPodAutoscaler', 'cart')
    expect(needs.some(need => need.kind === 'HorizontalPodAutoscaler' && need.verb === 'patch')).toBe(false)
    expect(stepsOf(neededRights({ ...facts().subject, autoscalers: [hpa] }), 'patch HorizontalPodAutoscaler cart')).toContain('At rest')
  })
})

describe('what is said of them', () => {
  it('is one finding per resource, with verbs, names, steps and the rule to add', () => {
    const steps = ['Traffic Split', 'the way back']
    const of = (verb: 'get' | 'patch'): Need => ({
      verb,
      apiVersion: route.apiVersion,
      kind: route.kind,
      namespace: 'shop',
      name: 'cart',
      steps,
    })
    const resource = 'virtualservices.networking.istio.io'
    const missing = [of('get'), of('patch')].map(need => ({ need, resource }))
    const found = against('rights', facts({}, { rights: { is: 'asked', asked: 30, missing } }))

    expect(found).toEqual([
      {
        concern: 'rights',
        level: 'refuse',
        code: 'SL-PREFLIGHT-RIGHT-MISSING',
        message:
          'virtualservices.networking.istio.io in namespace shop (cart): we may not get and patch; needed by Traffic Split and the way back.',
        todo: 'Add to a Role in namespace shop: { apiGroups: ["networking.istio.io"], resources: ["virtualservices"], verbs: [get, patch] }',
      },
    ])
  })

  it('is one line where none is missing', () => {
    expect(fine('rights', facts({}, { rights: { is: 'asked', asked: 30, missing: [] } }))).toEqual(['all 30 rights that its steps need'])
    expect(fine('rights', facts())).toEqual(['everything in the namespace is allowed'])
  })
})
