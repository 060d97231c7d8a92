import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import type { BypassReport, Explanation } from '#model/explain/index.ts'
import { bypassText, explanationText } from './explain.ts'

const pods = ['a', 'b', 'c', 'd', 'e'].map(name => ({ name: `shop/cart-${name}`, ready: name !== 'b', version: name === 'e' ? '2' : '1' }))
const explanation: Explanation = {
  request: { method: 'GET', host: 'shop.test', path: '/cart', headers: { 'x-user': '7' } },
  doors: [
    {
      gateways: ['Gateway shop/public'],
      namespace: 'istio-system',
      port: 80,
      scheme: 'http',
      proxies: 2,
      domain: 'shop.test',
      candidates: [
        { object: 'VirtualService shop/wide', hosts: ['*'], role: 'aside', why: 'bound to mesh' },
        { object: 'VirtualService shop/cart', hosts: ['shop.test'], role: 'answers', why: 'has this host' },
      ],
      entries: [
        { object: 'VirtualService shop/cart', entry: 'vip', outcome: 'passes', why: ['header x-vip is missing'] },
        { object: 'VirtualService shop/cart', entry: 'all', outcome: 'takes', why: [] },
        { object: 'VirtualService shop/cart', entry: '#2', outcome: 'behind', why: [] },
      ],
      answer: {
        is: 'routed',
        destinations: [
          {
            host: 'cart.shop',
            port: 80,
            share: 2 / 3,
            subset: 'stable',
            rule: ['shop/cart'],
            labels: { track: 'stable' },
            gets: { is: 'pod' },
            pods,
          },
          {
            host: 'gone.shop',
            port: 80,
            share: 1 / 3,
            gets: { is: 'error', status: 503, flag: 'NC', says: 'there is no Service' },
            pods: [],
          },
        ],
      },
      effects: [{ is: 'timeout', says: 'after 5s: 504' }],
    },
  ],
  runs: [{ execution: 'k3f9', objects: ['VirtualService shop/cart'] }],
  unseen: [{ what: 'HTTPRoutes', why: 'no right' }],
}

it('an explanation reads from the door to the pods', () => {
  expect(stripVTControlCharacters(explanationText(explanation, Number.MAX_SAFE_INTEGER)).split('\n')).toEqual([
    'GET shop.test/cart  x-user: 7',
    '',
    'at Gateway shop/public, port 80 (http), 2 ready pods in istio-system',
    '  route     VirtualService shop/cart (shop.test): has this host',
    '  aside     VirtualService shop/wide (*): bound to mesh',
    '  not       vip of VirtualService shop/cart: header x-vip is missing',
    '  entry     all of VirtualService shop/cart takes it',
    '  behind    1 entry is not asked any more',
    '  66.7 %    cart.shop:80 subset stable',
    '              by DestinationRule shop/cart: track=stable',
    '              4 of 5 pods ready, 4 × 1, 1 × 2: cart-a, cart-b (not ready), cart-c, cart-d and 1 more',
    '  33.3 %    gone.shop:80',
    '              gets 503 NC: there is no Service',
    '  timeout   after 5s: 504',
    '  in a run  execution k3f9 moves traffic here: its mark is on VirtualService shop/cart (sluice status k3f9)',
    '  unseen    HTTPRoutes: no right; the answer may be another one',
  ])
})

it('an answer of the proxy, and a gateway where nobody answers, are told as such', () => {
  const [door] = explanation.doors
  const answer = { is: 'answered' as const, status: 301, location: 'https://shop.test/', says: 'the gateway sends plain requests to https' }
  const doors = door ? [{ ...door, proxies: 0, candidates: [], entries: [], effects: [], answer }] : []
  const text = stripVTControlCharacters(explanationText({ ...explanation, doors, runs: [], unseen: [] }, Number.MAX_SAFE_INTEGER))
  expect(text).toContain('  nobody    no gateway pod is ready')
  expect(text).toContain('  301       answered by the proxy to https://shop.test/: the gateway sends plain requests to https')
})

it('no line is longer than the screen, and nothing is cut off', () => {
  const text = stripVTControlCharacters(explanationText(explanation, 72))
  expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(72)
  expect(text.replaceAll(/\s+/g, ' ')).toContain('its mark is on VirtualService shop/cart (sluice status k3f9)')
})

it('ways past a route tell who gets what', () => {
  const report: BypassReport = {
    namespace: 'shop',
    services: [
      {
        service: 'Service shop/cart',
        routes: [{ route: 'VirtualService shop/cart', at: ['Gateway shop/public'] }],
        ways: [{ is: 'mirror', says: 'the mirror in entry #0', gets: '75 % 1, 25 % 2' }],
      },
      { service: 'Service shop/pay', routes: [], ways: [] },
    ],
    unseen: [],
  }
  expect(stripVTControlCharacters(bypassText(report, Number.MAX_SAFE_INTEGER)).split('\n')).toEqual([
    'Service shop/cart',
    '  route     VirtualService shop/cart, at Gateway shop/public',
    '  past it   the mirror in entry #0: copies go to 75 % 1, 25 % 2',
    'Service shop/pay',
    '  ✓         no way past it',
  ])
})
