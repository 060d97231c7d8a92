import { describe, expect, it } from 'vitest'
import { readDocuments } from './index.ts'

const value = (text: string): unknown => {
  const { documents, problems } = readDocuments(text, 'a.yaml')
  expect(problems.filter(each => each.severity === 'error')).toEqual([])
  return documents[0]?.value
}
const told = (text: string): string[] =>
  readDocuments(text, 'a.yaml').problems.map(each => `${each.place?.line}:${each.place?.column} ${each.code.replace('SL-DOCUMENTS-', '')}`)

describe('values are what kubectl and helm read', () => {
  it.each([
    ['[yes, No, on, OFF, y, N, tRue]', [true, false, true, false, true, false, 'tRue']],
    ['[0777, 0o17, 08, 1_000, 0x1F, 0b11, +12, -0777, 00]', [511, 15, 8, 1000, 31, 3, 12, -511, 0]],
    ['[12:30:45, 2020-01-01, 1e3, .5, 5., 1e400, 0x, _1]', ['12:30:45', '2020-01-01', 1000, 0.5, 5, '1e400', '0x', '_1']],
    ['["yes", \'0777\', ~, null, "", ]', ['yes', '0777', null, null, '']],
    ['{1: a, 1.5: b, true: c, "no": d}', { '1': 'a', '1.5': 'b', true: 'c', no: 'd' }],
    ['a: !!str 5\nb: !!int "0777"\nc: !!binary aGk=', { a: '5', b: 511, c: 'hi' }],
    ['<<: {a: 2, b: 3}\na: 1', { a: 1, b: 3 }],
    ['a: 1\n<<: {a: 2}', { a: 2 }],
    ['x: &x {a: 1}\nz: &z {a: 2, b: 2}\nw:\n  <<: [*x, *z]', { x: { a: 1 }, z: { a: 2, b: 2 }, w: { a: 1, b: 2 } }],
    ['"<<": 1', { '<<': 1 }],
    ['%YAML 1.1\n---\na: yes', { a: true }],
    ['{__proto__: 1}', JSON.parse('{"__proto__":1}')],
  ])('%s', (text, expected) => expect(value(text)).toEqual(expected))

  it('leaves empty documents out', () => {
    expect(readDocuments('# only\n---\na: 1\n---\n---\nb: 2\n...\n', 'a.yaml').documents.map(each => each.value)).toEqual([
      { a: 1 },
      { b: 2 },
    ])
  })
})

describe('problems are told all at once, with places', () => {
  it('tells every kind, each with its place', () => {
    expect(told('a: 1\nb: 2\na: 3\nc: *no\n{x: 1}: 2\nd: !!int x\ne: .inf\n<<: 5\nyes: 1\nf: !v x\ng: 9007199254740993')).toEqual([
      '3:1 DUPLICATE-KEY',
      '4:4 ANCHOR-UNKNOWN',
      '5:1 KEY-NOT-TEXT',
      '6:10 TAG',
      '7:4 NUMBER-NOT-JSON',
      '8:5 MERGE',
      '9:1 BOOLEAN-KEY',
      '10:7 TAG-UNKNOWN',
      '11:4 NUMBER-INEXACT',
    ])
  })

  it('tells what is wrong in several documents, and gives those that are right', () => {
    const { documents, problems } = readDocuments('a: b: c\n---\nok: 1\n---\nx: [1\n', 'a.yaml')
    expect(problems.map(each => each.code)).toEqual(['SL-DOCUMENTS-SYNTAX', 'SL-DOCUMENTS-SYNTAX'])
    expect(documents.map(each => each.value)).toEqual([{ ok: 1 }])
  })

  it('finds the same key written in two ways', () => {
    expect(told('1: a\n"1": b')).toEqual(['2:1 DUPLICATE-KEY'])
  })

  it('stops a document that contains itself, and one that would expand without end', () => {
    expect(told('a: &a [*a]')).toEqual(['1:8 ANCHOR-CIRCLE'])
    const laughs = Array.from(
      { length: 12 },
      (_, i) => `l${i}: &l${i} [${Array.from({ length: 9 }, () => (i ? `*l${i - 1}` : 'ha')).join(', ')}]`,
    )
    expect(told(laughs.join('\n')).map(each => each.split(' ')[1])).toContain('ANCHOR-EXPANSION')
  })
})

describe('places', () => {
  const text =
    'spec:\n  http:\n    - route: # here\n        - weight: 5\n      empty:\nbase: &base\n  deep: {x: 1}\ncopy:\n  <<: *base\n  "quo": 1\n'
  const at = (path: (string | number)[], which?: 'key' | 'value'): string => {
    const place = readDocuments(text, 'a.yaml').documents[0]?.place(path, which)
    return `${place?.file}:${place?.line}:${place?.column}`
  }
  it.each([
    [['spec', 'http', 0, 'route', 0, 'weight'], 'value', '4:19'],
    [['spec', 'http', 0, 'route', 0, 'weight'], 'key', '4:11'],
    [['spec', 'http', 0, 'route', 0], 'value', '4:11'],
    [['spec', 'http', 0, 'empty'], 'value', '5:7'],
    [['spec', 'http', 0, 'route', 0, 'nope', 'deeper'], 'value', '4:11'],
    [['spec', 'nope', 0], 'value', '1:1'],
    [['spec', 'http', 7], 'value', '2:3'],
    [['copy', 'deep', 'x'], 'value', '7:13'],
    [['copy', 'quo'], 'key', '10:3'],
    [[], 'value', '1:1'],
  ] as const)('%j %s is at %s', (path, which, expected) => expect(at([...path], which)).toBe(`a.yaml:${expected}`))

  it('counts lines over all documents of the file', () => {
    expect(readDocuments('a: 1\n---\n# c\nb:\n  c: 1\n', 'f').documents[1]?.place(['b', 'c'])).toEqual({ file: 'f', line: 5, column: 6 })
  })
})

it('reads 500 Deployments with comments in well under a second', () => {
  const one =
    'apiVersion: apps/v1 # c\nkind: Deployment\nmetadata:\n  name: a\n  labels: {app: a}\nspec:\n  replicas: 3\n  template:\n    spec:\n      containers:\n        - name: a\n          image: x:1\n          env:\n            - {name: A, value: "1"}\n'
  expect(readDocuments(Array.from({ length: 500 }, () => one).join('---\n'), 'a').documents).toHaveLength(500)
})
