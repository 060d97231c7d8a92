import { expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { patch } from './write.ts'

const object = (kind: string, annotations?: Readonly<Record<string, string>>): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'cart', namespace: 'shop', uid: 'u', generation: 3, resourceVersion: '7', ...(annotations ? { annotations } : {}) },
})

function preconditionsOf(read: KubernetesObject) {
  const write = patch(read, { ...read, spec: { paused: true } }, 'paused')
  return write.is === 'patch' ? write.patch.slice(0, -1).map(({ path, ...rest }) => [path, 'value' in rest && rest.value]) : []
}

it('lands on a workload only while it has the spec and the mark that were read', () => {
  expect(preconditionsOf(object('Deployment', { 'sluice.dev/run': 'k3f9.4', team: 'a' }))).toEqual([
    ['/metadata/uid', 'u'],
    ['/metadata/generation', 3],
    ['/metadata/annotations/sluice.dev~1run', 'k3f9.4'],
  ])
})

it('lands on a ScaledObject while it has the spec that was read: it bears no mark, and its status moves all the time', () => {
  expect(preconditionsOf(object('ScaledObject'))).toEqual([
    ['/metadata/uid', 'u'],
    ['/metadata/generation', 3],
  ])
})

it.each([
  ['a workload without a mark', object('Deployment')],
  ['anything else', object('VirtualService', { 'sluice.dev/run': 'k3f9.4' })],
])('lands on %s only while nothing of it has moved', (_, read) => {
  expect(preconditionsOf(read)).toEqual([
    ['/metadata/uid', 'u'],
    ['/metadata/resourceVersion', '7'],
  ])
})
