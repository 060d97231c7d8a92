import { describe, expect, it } from 'vitest'
import type { HttpMatch } from '../istio/objects.ts'
import { compileMatch } from '../istio/routing/match.ts'
import { prepareRequest } from '../istio/routing/request.ts'
import { compileRouteMatch } from '../gateway-api/match.ts'
import type { HttpRouteMatch } from '../gateway-api/objects.ts'
import { misses } from './misses.ts'
import { ruleMisses } from './rule-misses.ts'

const request = prepareRequest({ method: 'GET', host: 'shop.test', path: '/cart?q=a', headers: { 'x-user': '8' } })

describe('what a request misses of a match', () => {
  const cases: readonly (readonly [HttpMatch, readonly string[]])[] = [
    [{}, []],
    [{ uri: { prefix: '/cart' }, headers: { 'X-User': { exact: '8' } } }, []],
    [{ uri: { exact: '/basket' } }, ['path is "/cart", not "/basket"']],
    [{ uri: { prefix: '/v2' } }, ['path "/cart" does not begin with "/v2"']],
    [{ uri: { regex: '/v[0-9]' } }, ['path "/cart" does not match /v[0-9]']],
    [{ uri: { exact: '/CART' }, ignoreUriCase: true }, []],
    [
      { method: { exact: 'POST' }, authority: { prefix: 'api' } },
      ['method is "GET", not "POST"', 'authority "shop.test" does not begin with "api"'],
    ],
    [{ headers: { 'x-user': { exact: '7' }, 'x-beta': {} } }, ['header x-user is "8", not "7"', 'header x-beta is missing']],
    [{ withoutHeaders: { 'x-user': {} } }, ['header x-user is "8", which it excludes']],
    [{ queryParams: { q: { exact: 'b' }, r: {} } }, ['parameter q is "a", not "b"', 'parameter r is missing']],
    [
      { headers: { '@request.auth.claims.group': { exact: 'x' } } },
      ['it asks for @request.auth.claims.group, and claims of tokens are not looked at here'],
    ],
  ]
  for (const [match, expected] of cases)
    it(`${JSON.stringify(match)}: ${expected.join(' and ') || 'nothing'}`, () => {
      expect(misses(match, request)).toEqual(expected)
      expect(compileMatch(match)(request)).toBe(expected.length === 0)
    })
})

describe('what a request misses of a match of the Gateway API', () => {
  const cases: readonly (readonly [HttpRouteMatch, readonly string[]])[] = [
    [{ path: { type: 'PathPrefix', value: '/' } }, []],
    [{ path: { type: 'PathPrefix', value: '/car' } }, ['path "/cart" is not "/car" or below it']],
    [{ path: { type: 'Exact', value: '/v2' }, method: 'POST' }, ['path is "/cart", not "/v2"', 'method is "GET", not "POST"']],
    [
      {
        headers: [
          { name: 'X-User', value: '8' },
          { name: 'x-user', value: '9' },
        ],
      },
      [],
    ],
    [{ headers: [{ name: 'X-User', type: 'RegularExpression', value: '[0-7]' }] }, ['header X-User "8" does not match [0-7]']],
    [{ queryParams: [{ name: 'r', value: '1' }] }, ['parameter r is missing']],
  ]
  for (const [match, expected] of cases)
    it(`${JSON.stringify(match)}: ${expected.join(' and ') || 'nothing'}`, () => {
      expect(ruleMisses(match, request)).toEqual(expected)
      expect(compileRouteMatch(match)(request)).toBe(expected.length === 0)
    })
})
