// That templates give what helm gives is tested in test/oracle; here: what goes wrong, where it is told, and where text comes from.
import { describe, expect, it } from 'vitest'
import { dict, fromJson, functions, templateSet, type Dict } from './index.ts'

function render(text: string, others: Record<string, string> = {}, values: Dict = dict()): { text: string; told: string[] } {
  const set = templateSet([...Object.entries(others).map(([file, each]) => ({ file, text: each })), { file: 'a.yaml', text }])
  const told = (problems: typeof set.problems): string[] =>
    problems.map(({ place, message }) => `${place?.file}:${place?.line}:${place?.column} ${message}`)
  if (set.problems.length > 0) return { text: '', told: told(set.problems) }
  const rendered = set.render('a.yaml', values)
  return 'problem' in rendered ? { text: '', told: told([rendered.problem]) } : { text: rendered.text, told: [] }
}
const told = (text: string, others?: Record<string, string>): string[] => render(text, others).told

describe('mistakes in the grammar', () => {
  it.each([
    ['x\n {{ .Values.a ', '2:2 Template: the action is not closed by }}'],
    ['{{ "a }}', '1:4 Template: the text that begins with " is not closed'],
    ['{{/* a }}', '1:1 Template: the comment is not closed by */'],
    ['{{/* a */ b }}', '1:8 Template: a comment stands alone in its action: {{/* … */}}'],
    ['{{ if true }}a', '1:4 Template: {{if}} has no {{end}}'],
    ['{{ range . }}{{ if . }}{{ end }}', '1:4 Template: {{range}} has no {{end}}'],
    ['a {{ end }}', '1:6 Template: {{end}} has no beginning'],
    ['{{ $x }}', '1:4 Template: variable $x is not declared here'],
    ['{{ if $x := 1 }}{{ end }}{{ $x }}', '1:29 Template: variable $x is not declared here'],
    ['{{ (1 }}', '1:7 Template: a parenthesis is not closed: }} is not expected'],
    ['{{ 1 | 2 }}', '1:8 Template: what stands behind a | must be a function'],
    ['{{ print "a""b" }}', '1:13 Template: "b" is not expected: arguments are parted by spaces'],
    ['{{ continue }}', '1:4 Template: {{continue}} stands outside of a {{range}}'],
    ['{{ 1_ }}', '1:4 Template: 1_ is not a number'],
    ['{{ define x }}{{ end }}', '1:11 Template: define wants a name in quotes, not x'],
    ['{{ .Values.a-b }}', '1:13 Template: - cannot follow .Values.a'.replace('.Values.a', '.a')],
    ['{{ § }}', '1:4 Template: § has no meaning here'],
  ])('%j', (text, problem) => expect(told(text)).toEqual([`a.yaml:${problem}`]))

  it('of functions are all told, in all files', () => {
    expect(told('{{ foo }}{{ if true }}{{ trimm "x" }}{{ end }}', { 'b.tpl': '{{ define "b" }}{{ bar }}{{ end }}' })).toEqual(
      [
        'b.tpl:1:20 Function bar: is not available yet; near are cat, dig',
        'a.yaml:1:4 Function foo: is not available yet; near are not, or',
        'a.yaml:1:26 Function trimm: is not available yet; near are trim',
      ].map(each => expect.stringContaining(each.split(' is')[0] ?? '')),
    )
  })
})

describe('mistakes in evaluation', () => {
  const values = fromJson({ name: 'cart', port: 80, list: [1], nothing: null }) as Dict
  it.each([
    ['{{ .Values.a.b }}', '1:4 Template: .Values.a.b: there is nothing to take .b from'],
    ['\n{{ .Values.name.x }}', '2:4 Template: .Values.name.x: string has no field x'],
    [
      '{{ eq .Values.port 80 }}',
      '1:4 Function eq: float64 and int cannot be compared; numbers of values files are float64: write `int .Values.x`, or 80.0 for 80',
    ],
    ['{{ index .Values.list .Values.port }}', '1:4 Function index: an index is a whole number, not float64: write `int` before it'],
    ['{{ upper .Values.port }}', '1:10 Template: this is float64, but string is wanted'],
    ['{{ .Values.nope | upper }}', '1:19 Template: there is no value here, but string is wanted'],
    ['{{ hasKey .Values.nope "a" }}', '1:11 Template: there is no value here, but map[string]interface {} is wanted'],
    ['{{ upper }}', '1:4 Function upper: takes 1 argument, not 0'],
    ['{{ div 1 0 }}', '1:4 Function div: cannot divide by 0'],
    ['{{ .Values.name "a" }}', '1:4 Template: .Values.name is no function, so it takes no arguments'],
    ['{{ template "nop" . }}', '1:4 Template "nop": nothing defines it'],
    ['{{ fail "no" }}', '1:4 The template refuses: no'],
    ['{{ required "name it" .Values.nope }}', '1:4 Value missing: name it'],
    ['{{ tpl "a\\n{{ .x.y }}" . }}', '1:4 Template: in line 2, column 4 of the text given to tpl: .x.y: there is nothing to take .y from'],
    ['{{ tpl "{{ nope }}" . }}', '1:4 Template: in line 1, column 4 of the text given to tpl: Function nope: is not available yet'],
    ['{{ range 1.5 }}{{ end }}', '1:10 Template: range cannot go through 1.5'],
  ])('%j', (text, problem) => expect(render(text, {}, values).told).toEqual([expect.stringContaining(`a.yaml:${problem}`)]))
})

describe('what would not end is ended', () => {
  it.each([
    ['levels deep', '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}'],
    ['levels deep', '{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}'],
    ['steps', '{{ range 9000000000000 }}{{ end }}x'],
    ['steps', '{{ range 3000000 }}x{{ end }}'],
    ['MB', '{{ $x := repeat 1000000 "x" }}{{ range 100 }}{{ $x }}{{ end }}'],
    ['characters', '{{ repeat 1000000000 "x" }}'],
    ['numbers', '{{ until 1000000000 }}'],
    ['contains itself', '{{ $a := dict }}{{ $_ := set $a "a" $a }}{{ $a }}'],
    ['contains itself', '{{ $a := dict }}{{ $_ := set $a "a" $a }}{{ if toJson $a }}{{ end }}'],
    ['nested too deep', `{{ ${'('.repeat(50_000)}1${')'.repeat(50_000)} }}`],
  ])('%s (%#)', (problem, text) => expect(told(text)).toEqual([expect.stringContaining(problem)]))
})

describe('definitions', () => {
  it('are known in all files; a later file wins, but an empty definition replaces nothing', () => {
    expect(render('{{ include "x" 1 }}', { 'b.tpl': '{{ define "x" }}b{{ . }}{{ end }}' }).text).toBe('b1')
    expect(render('{{ define "x" }}a{{ end }}{{ include "x" 1 }}', { 'b.tpl': '{{ define "x" }}b{{ end }}' }).text).toBe('a')
    expect(render('{{ define "x" }} {{/* none */}} {{ end }}{{ include "x" 1 }}', { 'b.tpl': '{{ define "x" }}b{{ end }}' }).text).toBe('b')
  })
  it('made by tpl are known in its text alone', () => {
    expect(told('{{ $_ := tpl "{{ define \\"own\\" }}{{ end }}" . }}{{ include "own" . }}')).toEqual([
      expect.stringContaining('"own": nothing defines it'),
    ])
  })
})

it('knows where every character comes from', () => {
  const set = templateSet([
    { file: 'h.tpl', text: '{{ define "h" }}\nin: helper{{ end }}' },
    { file: 'a.yaml', text: 'a: {{ upper "long" }}!\n{{- template "h" }}\n  b: x{{ "" }}\n{{ include "h" . }}' },
  ])
  const rendered = set.render('a.yaml', dict())
  if ('problem' in rendered) throw new Error(rendered.problem.message)
  expect(rendered.text).toBe('a: LONG!\nin: helper\n  b: x\n\nin: helper')
  const origin = (part: string, from = 0): string => {
    const place = rendered.origin(rendered.text.indexOf(part, from))
    return `${place?.file}:${place?.line}:${place?.column}`
  }
  expect(['a:', 'NG', '!', 'in:', 'b:'].map(part => origin(part))).toEqual([
    'a.yaml:1:1',
    'a.yaml:1:4',
    'a.yaml:1:22',
    'h.tpl:2:1',
    'a.yaml:3:3',
  ])
  expect(origin('in:', 25)).toBe('a.yaml:4:1')
})

it('has a name for every function, as helm spells it', () => {
  expect(Object.keys(functions).filter(name => !/^[a-z][A-Za-z0-9]*$/.test(name))).toEqual([])
  expect(functions).not.toHaveProperty('env')
  expect(functions).not.toHaveProperty('now')
})
