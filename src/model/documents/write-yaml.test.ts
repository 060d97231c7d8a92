import { describe, expect, it } from 'vitest'
import { floatText, writeYaml, type Writable } from './index.ts'

describe('writes what kubectl and helm write', () => {
  it.each<[Writable, string]>([
    [{ b: [1, { c: 2, d: [3] }, [4, []]], a: {} }, 'a: {}\nb:\n- 1\n- c: 2\n  d:\n  - 3\n- - 4\n  - []'],
    [{ a10: 1, a2: 2, A: 3, '1_0': 4, true: 5, '': 6 }, '"": 6\n"1_0": 4\nA: 3\na2: 2\na10: 1\n"true": 5'],
    [
      ['y', 'null', '', '0777', '12:30:45', '2020-01-01', '2020-13-01', '1e3'],
      '- "y"\n- "null"\n- ""\n- "0777"\n- "12:30:45"\n- "2020-01-01"\n- 2020-13-01\n- "1e3"',
    ],
    [
      ['a: b', '- a', ' x', 'tr ', '#x', 'x #y', "it's: x", 'a:b', '-x'],
      "- 'a: b'\n- '- a'\n- ' x'\n- 'tr '\n- '#x'\n- 'x #y'\n- 'it''s: x'\n- a:b\n- -x",
    ],
    [
      ['a\nb', 'a\nb\n', 'a\n\n', ' a\nb', 'x \ny', '\ta', '😀'],
      '- |-\n  a\n  b\n- |\n  a\n  b\n- |+\n  a\n\n- |2-\n   a\n  b\n- "x \\ny"\n- "\\ta"\n- "\\U0001F600"',
    ],
    [
      [3, 1.5, 1e6, 123_456_789.5, 1e21, 0.000_01, 2n ** 63n, null, true],
      '- 3\n- 1.5\n- 1000000\n- 1.234567895e+08\n- 1e+21\n- 1e-05\n- 9223372036854775808\n- null\n- true',
    ],
    [{ ['k'.repeat(129)]: 1, 'm\nn': { a: 1, b: 2 }, gone: undefined }, `? ${'k'.repeat(129)}\n: 1\n? |-\n  m\n  n\n: a: 1\n  b: 2`],
    ['a\nb', '|-\n  a\n  b'],
  ])('%o', (value, expected) => expect(writeYaml(value)).toBe(`${expected}\n`))

  it('continues long texts behind a column, where asked to', () => {
    const value = { a: 'one two three', b: "'one' two three", c: 'one\ttwo  three four' }
    expect(writeYaml(value)).toBe(`a: one two three\nb: '''one'' two three'\nc: "one\\ttwo  three four"\n`)
    expect(writeYaml(value, { foldAt: 8 })).toBe(`a: one two\n  three\nb: '''one''\n  two three'\nc: "one\\ttwo\n  \\ three\n  four"\n`)
  })
})

it('prints floats as Go does', () => {
  const all = [0, -0, 1, 100_000, 1_000_000, 123_456.5, 0.0001, 0.000_01, 1e21, Number.NaN, Number.POSITIVE_INFINITY]
  expect(all.map(floatText)).toEqual(['0', '-0', '1', '100000', '1e+06', '123456.5', '0.0001', '1e-05', '1e+21', 'NaN', '+Inf'])
})
