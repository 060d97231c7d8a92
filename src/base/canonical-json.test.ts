import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalJson } from './index.ts'

it('is JSON that gives the same value back', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

it('does not know the order of keys, nor what is undefined', () => {
  expect(canonicalJson({ b: [1, { d: 1, c: undefined }], a: 'x', 10: 0, 9: 0 })).toBe('{"10":0,"9":0,"a":"x","b":[1,{"d":1}]}')
  expect(canonicalJson({ 9: 0, 10: 0, a: 'x', b: [1, { d: 1 }] })).toBe('{"10":0,"9":0,"a":"x","b":[1,{"d":1}]}')
})
