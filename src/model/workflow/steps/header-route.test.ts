import { expect, it } from 'vitest'
import { headerRoute } from './header-route.ts'
import { mirror } from './mirror.ts'

const read = (written: unknown) => headerRoute.written.safeParse(written).data
const beta = (match: unknown) => read({ name: 'beta', match })?.match

it('reads a text as the whole of a header', () => {
  expect(beta({ headers: { 'x-beta': 'yes', agent: { prefix: 'Sluice/' } } })).toEqual([
    { headers: { 'x-beta': { exact: 'yes' }, agent: { prefix: 'Sluice/' } } },
  ])
})

it('reads one match or a list, a cookie by its name or with a value', () => {
  expect(beta([{ cookie: 'beta' }, { cookie: { name: 'who', value: 'me' }, method: 'GET' }, { uri: { regex: '/new/.*' } }])).toEqual([
    { cookie: { name: 'beta' } },
    { cookie: { name: 'who', value: 'me' }, method: 'GET' },
    { uri: { regex: '/new/.*' } },
  ])
})

it('takes a header route away, and a mirror', () => {
  expect(read({ name: 'beta', remove: true })).toEqual({ name: 'beta', match: [] })
  expect(mirror.written.safeParse({ remove: true }).data).toEqual({ percentage: 0, allowUnsafeMethods: false })
})

it('names itself by what it does', () => {
  expect(headerRoute.nameOf?.({ name: 'beta', match: [] })).toBe('Header Route beta off')
  expect(mirror.nameOf?.({ percentage: 10, allowUnsafeMethods: false })).toBe('Mirror 10 %')
})

it.each<[string, unknown]>([
  ['no match', undefined],
  ['an empty match', {}],
  ['no headers', { headers: {} }],
  ['an empty list', []],
  ['a header that is none', { headers: { 'x beta': 'yes' } }],
  ['a number', { headers: { 'x-beta': 1 } }],
  ['two ways at once', { headers: { 'x-beta': { exact: 'a', prefix: 'b' } } }],
  ['an expression that no proxy reads', { uri: { regex: '(' } }],
  ['a cookie twice', { headers: { Cookie: 'a=b' }, cookie: 'a' }],
  ['a cookie with a separator', { cookie: { name: 'a', value: 'b;c' } }],
  ['a method that is none', { method: 'FETCH' }],
])('refuses %s', (_, match) => expect(beta(match)).toBeUndefined())

it('refuses both at once, and a name that is none', () => {
  expect(read({ name: 'beta', match: { method: 'GET' }, remove: true })).toBeUndefined()
  expect(read({ name: 'Beta!', match: { method: 'GET' } })).toBeUndefined()
  expect(mirror.written.safeParse({}).success).toBe(false)
  expect(mirror.written.safeParse({ percentage: 10, remove: true }).success).toBe(false)
})
