import { describe, expect, it } from 'vitest'
import { messageOf, testServer } from '../server-in-tests.ts'

const routes = '/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes'
const server = testServer()
const to = { name: 'cart', port: 80 }
const replacePrefix = { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/x' } }

function post(rule: object) {
  const metadata = { generateName: 'r-' }
  return server.send('POST', routes, { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata, spec: { rules: [rule] } })
}

describe('an HTTPRoute that the CRD refuses', () => {
  it.each([
    [
      'a Service without its port',
      { backendRefs: [{ name: 'cart' }] },
      'spec.rules[0].backendRefs[0]',
      'Must have port for Service reference',
    ],
    [
      'a redirect beside backends',
      { filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }], backendRefs: [to] },
      'spec.rules[0]',
      'RequestRedirect filter must not be used together with backendRefs',
    ],
    [
      'a filter without its own field',
      { filters: [{ type: 'URLRewrite' }], backendRefs: [to] },
      'spec.rules[0].filters[0]',
      'filter.urlRewrite must be specified for URLRewrite filter.type',
    ],
    [
      'a prefix replaced where the match is none',
      {
        matches: [{ path: { type: 'Exact', value: '/a' } }],
        filters: [{ type: 'URLRewrite', urlRewrite: replacePrefix }],
        backendRefs: [to],
      },
      'spec.rules[0]',
      'exactly one PathPrefix match must be specified',
    ],
    [
      'a path that is not absolute',
      { matches: [{ path: { type: 'Exact', value: 'a' } }], backendRefs: [to] },
      'matches[0].path',
      'must be an absolute path',
    ],
    [
      'a try longer than the whole',
      { timeouts: { request: '1s', backendRequest: '2s' }, backendRefs: [to] },
      'spec.rules[0].timeouts',
      'backendRequest timeout cannot be longer than request timeout',
    ],
  ])('%s', (_what, rule, field, words) => {
    const answer = post(rule)
    expect(answer.status).toBe(422)
    expect(messageOf(answer)).toContain(`${field}: Invalid value: "object": `)
    expect(messageOf(answer)).toContain(words)
  })

  it('one that is in order is taken', () => {
    const filters = [{ type: 'URLRewrite', urlRewrite: replacePrefix }]
    expect(
      post({ matches: [{ path: { value: '/a' } }], filters, backendRefs: [to], timeouts: { request: '2s', backendRequest: '1s' } }).status,
    ).toBe(201)
  })
})
