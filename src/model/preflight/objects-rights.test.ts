import { expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { rightsOf, type Touches } from './objects-rights.ts'
import type { Right } from './right.ts'

const object = (kind: string, name: string, apiVersion = 'v1'): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop' },
})
const words = (rights: readonly Right[], kind: string): readonly string[] =>
  rights.filter(right => right.kind === kind).map(({ verb, name }) => (name === undefined ? verb : `${verb} ${name}`))
const of = (touches: Touches) => rightsOf(touches, 'shop', 'sluice-record-cart')

it('a step that scales reads, patches and follows its workload, and looks for autoscalers', () => {
  const { step, wayBack } = of({ is: 'scale', workload: object('Deployment', 'worker', 'apps/v1') })

  expect(words(step, 'Deployment')).toEqual(['get worker', 'patch worker', 'list', 'watch'])
  expect(words(step, 'HorizontalPodAutoscaler')).toEqual(['list'])
  expect(words(wayBack, 'Deployment')).toEqual(['patch worker'])
})

it('a step that applies may create what is not there, and its way back deletes that alone', () => {
  const { step, wayBack } = of({ is: 'apply', present: [object('ConfigMap', 'flags')], fresh: [object('Job', 'migrate', 'batch/v1')] })

  expect(words(step, 'Job')).toEqual(['get migrate', 'patch migrate', 'list', 'watch', 'create'])
  expect(words(step, 'ConfigMap')).not.toContain('create flags')
  expect(words(wayBack, 'Job')).toEqual(['delete migrate'])
  expect(words(wayBack, 'ConfigMap')).toEqual(['patch flags'])
})

it('a step that applies looks for autoscalers where a workload is there already', () => {
  const cache = object('Deployment', 'cache', 'apps/v1')

  expect(words(of({ is: 'apply', present: [cache], fresh: [] }).step, 'HorizontalPodAutoscaler')).toEqual(['list'])
  expect(words(of({ is: 'apply', present: [object('Service', 'cache')], fresh: [cache] }).step, 'HorizontalPodAutoscaler')).toEqual([])
})

it('a step that deletes looks who sends requests there, and its way back makes again what can be made again', () => {
  const { step, wayBack } = of({ is: 'delete', objects: [object('ConfigMap', 'old'), object('Job', 'migrate', 'batch/v1')] })

  expect(words(step, 'Service')).toEqual(['list'])
  expect(words(step, 'Job')).toEqual(['get migrate', 'delete migrate', 'list', 'watch'])
  expect(words(wayBack, 'Job')).toEqual([])
  expect(words(wayBack, 'ConfigMap')).toEqual(['create'])
})

it('every one of them writes the record under the Lease of the release', () => {
  const { step } = of({ is: 'scale', workload: object('Deployment', 'worker', 'apps/v1') })

  expect(words(step, 'Lease')).toEqual(['get', 'create'])
  expect(words(step, 'ConfigMap')).toEqual(['get sluice-record-cart', 'create', 'patch sluice-record-cart'])
})
