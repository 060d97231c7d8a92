// Templates made of the grammar and the functions at random: what we render, helm renders alike.
import fc from 'fast-check'
import { expect } from 'vitest'
import { fromJson, templateSet, type Dict } from '#model/manifests/template/index.ts'
import { renderWithHelm, withOracle } from './helm.ts'
import { values } from './template-cases.ts'

const seed = Number(process.env['SLUICE_SEED'] ?? 20_260_101)

const text = fc.oneof(
  fc.constantFrom('"a"', '"b c"', '""', '"é😀"', '"7"', '"a,b,c"', '"x\\ny"', '"%v-%d"', '`r`'),
  fc.constantFrom('.Values.name', '.Values.text', '.Values.empty', '.Values.lines'),
)
const number = fc.oneof(
  fc.integer({ min: -9, max: 99 }).map(String),
  fc.constantFrom('0', '1.5', '1e6', '0x1F', '-0.25', '(int .Values.replicas)', '.Values.big', '.Values.ratio'),
)
const count = fc.constantFrom('0', '1', '2', '3')
const any = fc.oneof(
  text,
  number,
  fc.constantFrom(
    'nil',
    'true',
    'false',
    '.Values.missing',
    '.Values.nothing',
    '.Values.list',
    '.Values.nested',
    '.Values.mixed',
    '.Values.labels',
    '$',
    '.',
  ),
)
const sequence = fc.oneof(
  fc.constantFrom('.Values.list', '.Values.numbers', '.Values.mixed', '(splitList "," "a,b,a")', '(until 3)', '(list)'),
  fc.array(any, { maxLength: 3 }).map(items => `(list ${items.join(' ')})`),
)
const map = fc.oneof(
  fc.constantFrom('.Values.labels', '.Values.nested', '(dict)', '.Values.env'),
  fc.tuple(text, any, any).map(([key, a, b]) => `(dict ${key} ${a} "a" ${b})`),
)

const call = (name: string, ...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map(args => [name, ...args].join(' '))
const oneOf = (names: string, ...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.oneof(...names.split(' ').map(name => call(name, ...parts)))

const calls = fc.oneof(
  oneOf('upper lower title trim b64enc sha256sum', text),
  oneOf('trimSuffix trimPrefix trimAll contains hasPrefix hasSuffix splitList split', text, text),
  oneOf('trunc indent nindent repeat', count, text),
  oneOf(
    'quote squote toString toJson toYaml kindOf typeOf empty not int int64 float64 html js urlquery print printf\u0020"%v|%5v|%q|%T"',
    any,
  ),
  oneOf('default eq ne and or ternary\u00201 coalesce add sub mul max min cat print', any, any),
  oneOf('lt le gt ge', number, number),
  oneOf('div mod', number, number),
  oneOf('first last rest initial uniq reverse compact sortAlpha len join\u0020"-" toJson toYaml toPrettyJson', sequence),
  oneOf('append prepend has\u00201 without index', sequence, any),
  oneOf('index slice', sequence, count),
  oneOf('len toJson toYaml hasKey', map),
  oneOf('get hasKey pick omit set', map, text),
  oneOf('merge mergeOverwrite', map, map),
  call('replace', text, text, text),
  call('dig "a" "b"', any, map),
  call(
    'printf',
    fc.constantFrom('"%s"', '"%d"', '"%05d|%x"', '"%6.2f"', '"%+v"', '"%q %s"', '"%-6s|"', '"%t"', '"%c"', '"%e"', '"%U"'),
    any,
  ),
)
const pipeline = fc.oneof(
  any,
  calls,
  fc
    .tuple(calls, fc.constantFrom('quote', 'upper', 'default "d"', 'toJson', 'nindent 2', 'len', 'printf "%v"', 'toString', 'not'))
    .map(parts => parts.join(' | ')),
  calls.map(each => `(${each}) | toJson`),
)

const { body } = fc.letrec<{ body: string; part: string }>(tie => ({
  body: fc.array(tie('part'), { maxLength: 3 }).map(parts => parts.join('')),
  part: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    pipeline.map(each => `{{ ${each} }}`),
    fc.constantFrom(' x ', '\n', '{{- "t" -}} ', '{{/* c */}}', ' {{- $v }}', '{{ $v }}|', '{{ include "greet" $ | len }}', '{{ $v = 5 }}'),
    fc.tuple(pipeline, tie('body'), tie('body')).map(([condition, yes, no]) => `{{ if ${condition} }}${yes}{{ else }}${no}{{ end }}`),
    fc.tuple(pipeline, tie('body'), tie('body')).map(([value, yes, no]) => `{{ with $v := ${value} }}${yes}{{ else }}${no}{{ end }}`),
    fc
      .tuple(fc.oneof(sequence, map, count), tie('body'), tie('body'))
      .map(([over, each, none]) => `{{ range $v := ${over} }}${each}{{ else }}${none}{{ end }}`),
    fc.tuple(fc.oneof(sequence, map), tie('body')).map(([over, each]) => `{{ range $k, $v := ${over} }}{{ $k }}=${each};{{ end }}`),
  ),
}))

const greet = '{{ define "greet" }}Hi {{ . | kindOf }}{{ end }}{{ $v := "v" }}'

function ours(template: string): string | undefined {
  const set = templateSet([{ file: 'case.yaml', text: greet + template }])
  if (set.problems.length > 0) return undefined
  const rendered = set.render('case.yaml', fromJson(values) as Dict)
  return 'problem' in rendered ? undefined : rendered.text
}

withOracle('helm', 'random templates are rendered as helm renders them', helm => {
  // `keys` come in no order from Go, and are left out.
  const templates = fc.sample(body, { seed, numRuns: 600 })
  const rendered = templates.map(template => ({ template, text: ours(template) })).filter(each => each.text !== undefined)
  const answers = renderWithHelm(
    helm,
    rendered.map(({ template }) => ({ template: greet + template, values })),
  )
  const differ = rendered
    .filter(({ text: mine }, index) => mine !== answers[index])
    .map(({ template, text: mine }) => ({ template, ours: mine, helms: answers[rendered.findIndex(each => each.template === template)] }))
  expect(differ.slice(0, 5), `seed ${seed}`).toEqual([])
  expect(rendered.length).toBeGreaterThan(300)
})

withOracle('helm', 'random templates that we refuse, helm refuses', helm => {
  const templates = fc.sample(body, { seed: seed + 1, numRuns: 100 }).filter(template => ours(template) === undefined)
  const accepted = templates.slice(0, 4).filter(template => {
    try {
      renderWithHelm(helm, [{ template: greet + template, values }])
      return true
    } catch {
      return false
    }
  })
  expect(accepted, `seed ${seed}`).toEqual([])
})
