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

it('asks for no mark where none was read', () => {
  expect(preconditionsOf(object('Deployment')).map(([path]) => path)).toEqual(['/metadata/uid', '/metadata/generation'])
})

it('lands on anything else only while nothing of it has moved', () => {
  expect(preconditionsOf(object('VirtualService', { 'sluice.dev/run': 'k3f9.4' }))).toEqual([
    ['/metadata/uid', 'u'],
    ['/metadata/resourceVersion', '7'],
  ])
})
