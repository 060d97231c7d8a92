import { expect, it } from 'vitest'
import { expandHost, isAddress, sameHost } from './hosts.ts'

it.each([
  ['cart', 'cart.shop.svc.cluster.local'],
  ['cart.shop', 'cart.shop'],
  ['*', '*'],
  ['10.0.0.1', '10.0.0.1'],
  ['2a00:4000::614', '2a00:4000::614'],
])('expands %s in namespace shop to %s', (host, full) => {
  expect(expandHost(host, 'shop')).toBe(full)
})

it('knows one Service by its short and its full name, and a name with a dot only by itself', () => {
  const in_ = (host: string, namespace = 'shop') => ({ host, namespace })
  expect(sameHost(in_('cart'), in_('CART.shop.svc.cluster.local.', 'other'))).toBe(true)
  expect(sameHost(in_('cart'), in_('cart.shop', 'other'))).toBe(false)
  expect(sameHost(in_('cart'), in_('cart', 'other'))).toBe(false)
  expect(sameHost(in_('cart'), in_('cart.shop.svc.acme.example', 'other'), 'acme.example')).toBe(true)
})

it.each(['1.2.3.4', '::', '::1', 'fe80::1%eth0', '2001:db8::ff00:42:8329', '::ffff:1.2.3.4', '1:2:3:4:5:6:7:8'])(
  '%s is an address',
  text => {
    expect(isAddress(text)).toBe(true)
  },
)

it.each([
  '',
  'cart',
  '1.2.3',
  '1.2.3.4.5',
  '01.2.3.4',
  '256.1.1.1',
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  'g::1',
  'fe80::1%',
])('%s is none', text => {
  expect(isAddress(text)).toBe(false)
})
