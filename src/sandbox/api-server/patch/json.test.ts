import { describe, expect, it } from 'vitest'
import { jsonPatch } from './json.ts'
import { mergePatch } from './merge.ts'

const patch = (target: unknown, ...operations: object[]) => jsonPatch(target, operations)
const refused = 'the server rejected our request due to an error in our request'

describe('a JSON patch, as the API server reads it', () => {
  it('adds, removes, replaces, moves and copies', () => {
    expect(patch({ a: [1, 3] }, { op: 'add', path: '/a/1', value: 2 }, { op: 'add', path: '/a/-', value: 4 })).toEqual({ a: [1, 2, 3, 4] })
    expect(patch({ a: 1, b: 2 }, { op: 'remove', path: '/a' })).toEqual({ b: 2 })
    expect(patch({ a: { b: 1 } }, { op: 'move', from: '/a/b', path: '/c' }, { op: 'copy', from: '/c', path: '/d' })).toEqual({
      a: {},
      c: 1,
      d: 1,
    })
    expect(patch({ a: 1 }, { op: 'replace', path: '', value: { b: 2 } })).toEqual({ b: 2 })
  })

  it('adds a key that it replaces and that is absent, and takes -1 for the last place', () => {
    expect(patch({}, { op: 'replace', path: '/a', value: 1 })).toEqual({ a: 1 })
    expect(patch([1, 2], { op: 'add', path: '/-1', value: 3 }, { op: 'remove', path: '/-1' })).toEqual([1, 2])
  })

  it('tests absent values as null, and objects whatever the order of their keys', () => {
    expect(
      patch({ a: { x: 1, y: 2 } }, { op: 'test', path: '/a', value: { y: 2, x: 1 } }, { op: 'test', path: '/b', value: null }),
    ).toBeTruthy()
  })

  it.each([
    ['a failing test', { op: 'test', path: '/a', value: 2 }],
    ['removal of what is absent', { op: 'remove', path: '/b' }],
    ['a parent that is absent', { op: 'add', path: '/b/c', value: 1 }],
    ['an index past the end', { op: 'add', path: '/l/3', value: 1 }],
    ['replacing behind the end', { op: 'replace', path: '/l/-', value: 1 }],
    ['an unknown operation', { op: 'swap', path: '/a' }],
    ['a path without a slash', { op: 'add', path: 'a', value: 1 }],
  ])('refuses %s without a word', (_, operation) => {
    expect(() => patch({ a: 1, l: [1] }, operation)).toThrow(refused)
  })

  it('unescapes ~1 and ~0', () => {
    expect(patch({ 'a/b': 1, 'c~d': 2 }, { op: 'replace', path: '/a~1b', value: 3 }, { op: 'remove', path: '/c~0d' })).toEqual({ 'a/b': 3 })
  })

  it('leaves its target as it was', () => {
    const target = Object.freeze({ a: Object.freeze([1]) })
    patch(target, { op: 'add', path: '/a/-', value: 2 })
    expect(target).toEqual({ a: [1] })
  })
})

describe('a merge patch', () => {
  it('removes by null, merges objects and replaces all else', () => {
    expect(mergePatch({ a: 1, b: { c: 1, d: 2 }, e: [1, 2] }, { a: null, b: { c: 3, x: null }, e: [3] })).toEqual({
      b: { c: 3, d: 2 },
      e: [3],
    })
  })
})
