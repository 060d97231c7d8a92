import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '#base/index.ts'
import { readDocuments, writeYaml, type Writable } from '#model/documents/index.ts'
import { renderWithHelm, withOracle } from './helm.ts'

const seed = Number(process.env['SLUICE_SEED'] ?? 20_260_101)
const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number): T[] => fc.sample(arbitrary, { seed, numRuns: count })

/** Scalars near the borders of what go-yaml takes for a number, a boolean, null, a date, a merge. */
const plain = fc.oneof(
  fc.stringMatching(/^[-+]?[0-9_.eExXbBoO:]{1,7}$/),
  fc.stringMatching(/^[-+]?(0x[0-9A-F]{1,4}|0b[01]{1,5}|0o?[0-9]{1,5}|[0-9]{1,22}|[0-9]*\.[0-9]*(e[-+]?[0-9]{1,3})?)$/),
  fc.stringMatching(/^20[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{2}(\.[0-9])?(Z|[+]01:00)?)?$/),
  fc.constantFrom(...'y Y yes Yes YES n N no NO on On OFF off true True tRUE false null Null ~ .inf -.Inf .nan .NAN <<= = _ 0x'.split(' ')),
)

/** What the reader makes of a text; undefined where it is an error. */
function read(text: string): Json | undefined {
  const { documents, problems } = readDocuments(text, 'case.yaml')
  return problems.some(each => each.severity === 'error') ? undefined : (documents[0]?.value ?? {})
}

const structures = [
  'a: 1\n<<: {a: 2, b: 3}',
  '<<: {a: 2, b: 3}\na: 1',
  'x: &x {a: 1}\nz: &z {a: 2, b: 2}\nw:\n  <<: [*x, *z]\n  c: *x',
  '"<<": {a: 1}',
  '!!merge <<: {a: 1}',
  '%YAML 1.1\n---\na: yes',
  '? a\n: b\n? c',
  'a: |\n x\n  y\nb: >-\n x\n y\nc: |+\n  x\n\n\nd: |2\n   x',
  'a: !!str 5\nb: !!int "0777"\nc: !!float 3\nd: !!binary aGk=\ne: !foo x\nf: !!timestamp 2020-01-01\ng: !!null ""',
  '{1: a, 1.5: b, true: c, 0x10: e, 1e3: f, off: g}',
  "a: \"\\x41\\e\\t\\u00e9 b\n  c\"\nb: 'it''s'",
  'a: [1, {b: 2}, - x]',
  'a: {{ x }}',
  '{a, b: 1}',
  'a: # none\nb: [ ]\nc: { }',
  'a:\n- 1\n-\n- - 2',
]

describe('reading', () => {
  withOracle('helm', 'agrees with helm on scalars and structures', helm => {
    // Float keys are cut to 32 bits there: short ones are the same.
    const scalars = sample(plain, 1000)
    const texts = [
      ...structures,
      ...scalars.map(scalar => `k: ${scalar}`),
      ...scalars.filter(each => each.length < 7).map(each => `${each}: k`),
    ]
    const answers = renderWithHelm(
      helm,
      texts.map(text => ({ template: '{{ .Values.text | fromYaml | toJson }}', values: { text } })),
    )
    const wrong = texts.filter((text, index) => {
      const theirs = JSON.parse(answers[index] ?? '') as { Error?: string }
      return JSON.stringify(sorted(read(text))) !== JSON.stringify(theirs.Error === undefined ? sorted(theirs as Json) : undefined)
    })
    expect(wrong, `seed ${seed}`).toEqual([])
  })

  withOracle('kubectl', 'agrees with kubectl on everything in one object', kubectl => {
    const scalars = sample(plain, 300).filter(scalar => read(`k: ${scalar}`) !== undefined)
    const text = `apiVersion: example.com/v1\nkind: Any\nmetadata: {name: a}\nspec:\n${scalars.map(scalar => `- ${scalar}\n`).join('')}`
    const printed = execFileSync(kubectl, ['annotate', '--local', '-f', '-', '-o', 'json', 'a=b'], { input: text, encoding: 'utf8' })
    expect((JSON.parse(printed) as { spec: Json }).spec).toEqual((read(text) as { spec: Json }).spec)
  })
})

describe('writing', () => {
  const awkward = fc
    .oneof(
      plain,
      fc.string({ unit: fc.constantFrom(...' \n:#-a?,[]{}&*!|>\'"%@`'), maxLength: 8 }),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.array(fc.stringMatching(/^[a-z:"']{1,12}$/), { minLength: 10, maxLength: 30 }).map(words => words.join(' ')),
    )
    .filter(text => !/[\u0085\u2028\u2029]/.test(text))
  const value = fc.letrec<{ any: Json }>(tie => ({
    any: fc.oneof(
      { maxDepth: 4 },
      awkward,
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(number => (number === 0 ? 0 : number)),
      fc.integer(),
      fc.constantFrom(null, true, false, 1e20, 1e21, 0.0001, 0.00001, 100_000, 1_000_000, 2 ** 53),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(awkward, fc.stringMatching(/^[a-c][0-9]{0,3}[a-c._-]?$/)), tie('any'), { maxKeys: 5 }),
    ),
  })).any

  it('is read back as the same value', () => {
    fc.assert(
      fc.property(value, each => {
        const text = writeYaml({ v: each as Writable })
        expect(readDocuments(text, 'a').documents[0]?.value).toEqual({ v: each })
      }),
      { seed, numRuns: 500 },
    )
  })

  withOracle('helm', 'agrees with helm, byte for byte', helm => {
    const values = sample(value, 400)
    const answers = renderWithHelm(
      helm,
      values.map(each => ({ template: '{{ toYaml .Values.v }}', values: { v: each } })),
    )
    for (const [index, each] of values.entries()) {
      expect(writeYaml(each as Writable, { foldAt: 80 }).replace(/\n$/, ''), `seed ${seed}: ${JSON.stringify(each)}`).toBe(answers[index])
    }
  })
})

function sorted(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map(each => sorted(each as Json) ?? null)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each as Json)]),
  )
}
