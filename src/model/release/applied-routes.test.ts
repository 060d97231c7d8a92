import { expect, it } from 'vitest'
import { appliedRoutes, isOutage } from './applied-routes.ts'

it('routes that divide users are told from everything else that a step changes', () => {
  const changed = (apiVersion: string, kind: string) => ({ apiVersion, kind, name: 'cart', leaves: [], says: '' })
  const ingress = changed('networking.k8s.io/v1', 'Ingress')
  const route = changed('networking.istio.io/v1', 'VirtualService')
  const others = [changed('v1', 'Service'), changed('apps/v1', 'Deployment'), changed('networking.istio.io/v1', 'DestinationRule')]
  expect(appliedRoutes([...others, ingress, route])).toEqual([ingress, route])
})

it('an outage keeps everything away; rules, and a guard of one kind of object, do not', () => {
  const failure = (code: string, blame: 'user' | 'world') => ({ code, blame, message: '', todo: '', facts: {} })
  expect(isOutage(failure('SL-KUBERNETES-UNREACHABLE', 'world'))).toBe(true)
  expect(isOutage(failure('SL-KUBERNETES-ADMISSION-DOWN', 'world'))).toBe(false)
  expect(isOutage(failure('SL-KUBERNETES-FORBIDDEN', 'user'))).toBe(false)
})
