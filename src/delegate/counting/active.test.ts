import { expect, it } from 'vitest'
import { activeRequests } from './active.ts'

it('sums up what is under way to an address over all clusters that have it', () => {
  const text = [
    'outbound|80||cart.shop.svc.cluster.local::default_priority::max_requests::4294967295',
    'outbound|80||cart.shop.svc.cluster.local::10.244.1.7:8080::cx_active::4',
    'outbound|80||cart.shop.svc.cluster.local::10.244.1.7:8080::rq_active::3',
    'outbound|80|canary|cart.shop.svc.cluster.local::10.244.1.7:8080::rq_active::2',
    'outbound|80|canary|cart.shop.svc.cluster.local::[fd00::7]:8080::rq_active::1',
  ].join('\n')
  expect(activeRequests(text)).toEqual(
    new Map([
      ['10.244.1.7', 5],
      ['fd00::7', 1],
    ]),
  )
})

it('takes a page without requests for nobody who tells', () => {
  expect(activeRequests('<html>not found</html>')).toBeUndefined()
})
