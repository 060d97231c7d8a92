import { expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { plainFindings, type PlainSubject } from './plain.ts'
import { neededRightsOfPlain } from './plain-rights.ts'

const labels = { app: 'cart' }
const service: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { selector: labels },
}
const probe = { readinessProbe: { httpGet: { path: '/' } } }
const sleeps = (seconds: number) => ({ lifecycle: { preStop: { sleep: { seconds } } } })

function deployment(container: object, more: object = {}): KubernetesObject {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'cart', ...container }] } }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { replicas: 4, template, ...more } as never,
  }
}

function subject(object: KubernetesObject, more: Partial<PlainSubject> = {}): PlainSubject {
  const steps = [{ name: 'Rollout Deployment', goals: [{ to: 'promoted', traffic: 'auto' } as const] }]
  return { namespace: 'shop', steps, record: 'sluice-record-cart', services: [service], manifests: [{ object, live: object }], ...more }
}

const rolls = (of: PlainSubject): readonly string[] =>
  plainFindings(of, { rights: { is: 'everything' }, wayBack: [] }).flatMap(each =>
    each.concern === 'roll' ? `${each.level} ${each.message}` : [],
  )

it.each<[string, KubernetesObject, RegExp]>([
  ['a container without a readinessProbe', deployment(sleeps(2)), /^warn .*no container has a readinessProbe/],
  ['a pod that stops at once', deployment(probe), /^warn .*pods stop 0 s after/],
  ['a strategy that takes all pods away', deployment({ ...probe, ...sleeps(2) }, { strategy: { type: 'Recreate' } }), /^warn .*Recreate/],
  [
    'a strategy that may take all pods away',
    deployment({ ...probe, ...sleeps(2) }, { replicas: 1, strategy: { rollingUpdate: { maxUnavailable: 1 } } }),
    /^warn .*lets all 1 pods be away/,
  ],
  ['nothing of it', deployment({ ...probe, ...sleeps(2) }), /^ok /],
  ['a hook of its own', deployment({ ...probe, lifecycle: { preStop: { exec: { command: ['drain'] } } } }), /^ok /],
])('%s', (_, object, says) => expect(rolls(subject(object))).toEqual([expect.stringMatching(says)]))

it('asks for a longer wait where proxies stand before the pods', () => {
  const route = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'cart' } }
  const patient = (seconds: number) => {
    const object = deployment({ ...probe, ...sleeps(seconds) })
    return subject(object, { manifests: [{ object, live: object }, { object: route }] })
  }

  expect(rolls(patient(2))).toEqual([expect.stringMatching(/^warn .*pods stop 2 s .* take 12 s/)])
  expect(rolls(patient(12))).toEqual([expect.stringMatching(/^ok /)])
})

it('says nothing of a workload that no Service sends requests to, nor of one that is new', () => {
  const object = deployment({})

  expect(rolls(subject(object, { services: [] }))).toEqual([expect.stringMatching(/^ok /)])
  expect(rolls(subject(object, { manifests: [{ object }] }))).toEqual([expect.stringMatching(/^ok /)])
})

it('needs rights on what the manifests name, on pods, and on its Lease and record: nothing of routes', () => {
  const object = deployment({})
  const fresh = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'flags', namespace: 'shop' } }
  const needs = neededRightsOfPlain(subject(object, { manifests: [{ object, live: object }, { object: fresh }] }))
  const of = (kind: string): readonly string[] => needs.filter(need => need.kind === kind).map(({ verb, name = '' }) => `${verb} ${name}`)

  expect(of('Deployment')).toEqual(['list ', 'watch ', 'get cart', 'patch cart'])
  expect(of('ConfigMap')).toEqual(['get flags', 'patch flags', 'create ', 'patch sluice-record-cart', 'delete flags'])
  expect(of('Lease')).toEqual(['get ', 'create ', 'delete '])
  expect(needs.filter(({ kind }) => kind === 'VirtualService')).toEqual([])
  expect(needs.find(({ verb, kind }) => verb === 'delete' && kind === 'ConfigMap')?.steps).toEqual(['the way back'])
})
