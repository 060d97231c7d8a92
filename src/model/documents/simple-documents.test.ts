import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsedDocuments } from './read-documents.ts'
import { readDocuments } from './index.ts'
import { simpleDocuments } from './simple-documents.ts'

/** What the parser makes of a text, in the same form. */
function byParser(text: string): unknown {
  const { documents, problems } = parsedDocuments(text, 'a.yaml')
  expect(problems).toEqual([])
  return documents.map(each => {
    const { line, column } = each.place([])
    return { value: each.value, line, column }
  })
}

const manifest = `# A comment
apiVersion: v1
kind: ConfigMap
metadata:
  name: cart   # of the shop
  annotations: {}
  "sluice.dev/managed": "true"
---
kind: 'List'
items:
- a
-   b: 1
    c: [ ]
- - x
  - -1.5
-
  url: http://example.com:80/#a
  on-off: off
  none:
  empty: ""
  quoted: 'say "hi"'
`

describe('a simple text', () => {
  it('is read as the parser reads it', () => {
    const text = manifest.replace('[ ]', '[]')
    expect(simpleDocuments(text)).toEqual(byParser(text))
    expect(simpleDocuments('')).toEqual([])
  })

  it('knows its places all the same', () => {
    const [, second] = readDocuments(manifest.replace('[ ]', '[]'), 'a.yaml').documents
    expect(second?.place(['items', 1, 'b'])).toEqual({ file: 'a.yaml', line: 12, column: 8 })
    expect(second?.place(['items'], 'key')).toEqual({ file: 'a.yaml', line: 10, column: 1 })
    expect(second?.place([])).toEqual({ file: 'a.yaml', line: 9, column: 1 })
  })
})

it.each([
  ['an anchor', 'a: &x 1'],
  ['a tag', 'a: !!str 1'],
  ['text over several lines', 'a: b\n  c'],
  ['a block of text', 'a: |\n  b'],
  ['a collection in braces', 'a: { b: 1 }'],
  ['an escape', 'a: "\\n"'],
  ['a key that is no text', 'yes: 1'],
  ['a key twice', 'a: 1\n"a": 2'],
  ['a merge key', '<<: {}'],
  ['a number that JSON cannot hold', 'a: 9007199254740993'],
  ['a colon within', 'a: b: c'],
  ['a tabulator', 'a:\tb'],
  ['a sign beyond ASCII', 'a: ü'],
  ['a directive', '%YAML 1.1\n---\na: 1'],
  ['text behind a marker', '--- a: 1'],
  ['a line that stands too far in', 'a: 1\n   b: 2'],
  ['a line that stands between', 'a:\n    b: 1\n  c: 2'],
  ['a list beside a mapping', 'a: 1\n- b'],
  ['a text alone', 'a'],
])('%s is left to the parser', (_, text) => expect(simpleDocuments(text)).toBeUndefined())

/** Lines of collections with random steps in, and now and then a line that does not fit. */
function lines(depth: number): fc.Arbitrary<readonly string[]> {
  const scalars = ['a', 'yes', '1', '0x1f', '-1.5', '~', 'a b', 'x:y', 'a#b', '"q"', "'q' # c", '{}', '[]', '$(X)', '1e3', '']
  const odd = ['"', '- z', ' x', 'k: v: w', '# c', '[a]', 'a: 1']
  const scalar = fc.oneof({ weight: 60, arbitrary: fc.constantFrom(...scalars) }, fc.constantFrom(...odd)).map(text => [text])
  if (depth === 0) return scalar
  const key = fc.constantFrom('a', 'b', 'c', 'a.b/c', '"d"', "'e f'")
  const inner = lines(depth - 1)
  const pair = fc
    .tuple(key, inner, fc.integer({ min: 0, max: 3 }))
    .map(([name, [first = '', ...rest], step]) =>
      rest.length === 0
        ? [`${name}: ${first}`]
        : [`${name}:`, ...[first, ...rest].map(line => ' '.repeat(first.startsWith('-') ? step : step + 1) + line)],
    )
  const item = fc
    .tuple(inner, fc.integer({ min: 1, max: 3 }))
    .map(([[first = '', ...rest], step]) => [`-${' '.repeat(step)}${first}`, ...rest.map(line => ' '.repeat(step + 1) + line)])
  const byKey = { minLength: 1, maxLength: 3, selector: ([first = '']: readonly string[]) => first.split(':')[0] }
  const pairs = fc.oneof({ weight: 9, arbitrary: fc.uniqueArray(pair, byKey) }, fc.array(pair, { minLength: 1, maxLength: 3 }))
  const items = fc.array(item, { minLength: 1, maxLength: 3 })
  return fc.oneof(scalar, { weight: 4, arbitrary: pairs.map(all => all.flat()) }, { weight: 2, arbitrary: items.map(all => all.flat()) })
}

it('whatever is read is read as the parser reads it', () => {
  let read = 0
  fc.assert(
    fc.property(fc.array(lines(3), { maxLength: 2 }), documents => {
      const text = documents.map(each => each.join('\n')).join('\n---\n')
      const simple = simpleDocuments(text)
      if (!simple) return
      if (text.length > 20) read++
      expect(simple).toEqual(byParser(text))
    }),
    { numRuns: 3000 },
  )
  expect(read).toBeGreaterThan(200)
})
