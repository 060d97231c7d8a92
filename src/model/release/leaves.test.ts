import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonical, equal, patchBetween } from './leaves.ts'

const value = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, 0, 1, 'a', true),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
  ),
})).value

it('two values are equal where their canonical texts are', () => {
  fc.assert(fc.property(value, value, (a, b) => equal(a, b) === (canonical(a) === canonical(b))))
  fc.assert(fc.property(value, a => equal(a, JSON.parse(JSON.stringify(a)))))
})

it('absent, null and empty within a map are the same; an empty list is something', () => {
  expect(equal({ a: 1, b: null, c: { d: {} } }, { a: 1 })).toBe(true)
  expect(equal({ a: [] }, {})).toBe(false)
  expect(equal([null], [{}])).toBe(false)
})

it('a patch touches the leaves that differ, and a list of another length as a whole', () => {
  expect(patchBetween({ a: [{ w: 1, x: 2 }], b: [1], c: 3 }, { a: [{ w: 5, x: 2 }], b: [1, 2], d: 4 })).toEqual([
    { op: 'replace', path: '/a/0/w', value: 5 },
    { op: 'replace', path: '/b', value: [1, 2] },
    { op: 'remove', path: '/c' },
    { op: 'add', path: '/d', value: 4 },
  ])
})
