import { expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { objectKey } from '#model/release/index.ts'
import { newOverlay } from './overlay.ts'

const route = (resourceVersion: string): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'cart-canary', namespace: 'shop', uid: 'a', resourceVersion },
})
const key = objectKey(route('1'))
const watch = (version: string, ...shown: readonly KubernetesObject[]) => ({ objects: () => shown, version: () => version })

it('shows what we wrote until the watch is as far, and what the watch shows from then on', () => {
  const overlay = newOverlay()
  overlay.wrote(route('7'))

  expect(overlay.over(watch('6', route('5')), key)).toEqual(route('7'))
  expect(overlay.over(watch('6'), key)).toEqual(route('7'))
  expect(overlay.over(watch('9', route('9')), key)).toEqual(route('9'))
})

it('shows nothing where the watch is past our write and does not have the object: somebody has deleted it at once', () => {
  const overlay = newOverlay()
  overlay.wrote(route('7'))

  expect(overlay.over(watch('8'), key)).toBeUndefined()
})

it('hides what we have removed until the watch says that it is gone', () => {
  const overlay = newOverlay()
  overlay.removed(route('7'))

  expect(overlay.over(watch('6', route('6')), key)).toBeUndefined()
  expect(overlay.over(watch('8'), key)).toBeUndefined()
})
