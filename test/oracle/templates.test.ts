import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { fromJson, functions, templateSet, type Dict } from '#model/manifests/template/index.ts'
import { renderWithHelm, withOracle } from './helm.ts'
import { cases, refused, values } from './template-cases.ts'

const greet = '{{ define "greet" }}Hi {{ . }}\nthere{{ end }}'
const file = fileURLToPath(new URL('golden/templates.json', import.meta.url))
const golden = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>

function render(template: string): string | { readonly problem: string } {
  const set = templateSet([
    { file: '_greet.tpl', text: greet },
    { file: 'case.yaml', text: template },
  ])
  if (set.problems[0]) return { problem: set.problems[0].message }
  const rendered = set.render('case.yaml', fromJson(values) as Dict)
  return 'problem' in rendered ? { problem: rendered.problem.message } : rendered.text
}

describe('what helm rendered once', () => {
  it.each(cases)('%s', template => expect(render(template)).toBe(golden[template]))
  it('covers every function', () => {
    expect(Object.keys(functions).filter(name => !cases.some(each => new RegExp(`[ ({|]${name}[ )}]`).test(each)))).toEqual([])
  })
  it('is recorded for these cases, and no others', () => expect(Object.keys(golden).toSorted()).toEqual([...new Set(cases)].toSorted()))
})

it.each(refused)('refuses, as helm does: %s', template => expect(render(template)).toEqual({ problem: expect.stringMatching(/./) }))

withOracle('helm', 'is what the real helm renders now (SLUICE_RECORD=1 writes it down)', helm => {
  const answers = renderWithHelm(
    helm,
    cases.map(template => ({ template: greet + template, values })),
  )
  const now = Object.fromEntries(cases.map((template, index) => [template, answers[index]]))
  if (process.env['SLUICE_RECORD']) writeFileSync(file, `${JSON.stringify(now, null, 1)}\n`)
  else expect(golden).toEqual(now)
})

withOracle('helm', 'refuses what the real helm refuses (a few of them; all with SLUICE_RECORD=1, a call for each)', helm => {
  const some = process.env['SLUICE_RECORD'] ? refused : refused.filter((_, index) => index % 12 === 0)
  const accepted = some.filter(template => {
    try {
      renderWithHelm(helm, [{ template: greet + template, values }])
      return true
    } catch {
      return false
    }
  })
  expect(accepted).toEqual([])
})
