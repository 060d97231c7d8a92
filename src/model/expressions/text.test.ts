import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkText, evaluateText, mapTexts, object, text, type Scope } from './index.ts'
import { list } from './shape.ts'

const scope: Scope = {
  env: object('plan', { name: text, production: { is: 'boolean' } }),
  variables: object('plan', { share: { is: 'integer' }, ratio: { is: 'number' }, hosts: list(text), 'a-b': text }),
  artifact: {
    when: 'plan',
    shape: {
      is: 'object',
      names: { tag: { shape: text, when: 'plan' }, digest: { shape: text, when: 'plan', absent: 'give it with --digest' } },
    },
  },
  k8s: object('run', { canaryDestination: text, virtualServiceName: text }),
  outputs: object('run', { Look: { is: 'any' } }),
}
const values = {
  env: { name: 'prod', production: true },
  variables: { share: 10, ratio: 1.5, hosts: ['a', 'bb'], 'a-b': 'dash' },
  artifact: { tag: '1.4.0' },
}

async function give(source: string): Promise<unknown> {
  const outcome = await evaluateText(source, values)
  return 'value' in outcome ? outcome.value : `${outcome.problem.at} ${outcome.problem.failure.code}: ${outcome.problem.failure.message}`
}
async function told(source: string): Promise<string[]> {
  return (await checkText(source, scope)).problems.map(
    each => `${each.at} ${each.failure.code.replace('SL-EXPRESSIONS-', '').replace('-', '_')} ${each.failure.message}`,
  )
}

describe('a text with expressions', () => {
  it.each([
    ['plain', 'plain'],
    ['${env.name}', 'prod'],
    ['${ env . name }', 'prod'],
    ['${env["name"]}', 'prod'],
    ["${variables['a-b']}", 'dash'],
    ['${variables.share}', 10],
    ['${variables.ratio}', 1.5],
    ['${env.production}', true],
    ['${variables.hosts}', ['a', 'bb']],
    ['${env}', { name: 'prod', production: true }],
    ['values-${env.name}-${variables.share}.yaml', 'values-prod-10.yaml'],
    ['$${HOME} ${env.name} $$${x}', '${HOME} prod $${x}'],
    ['costs $5 {}', 'costs $5 {}'],
    ['${env.name == "prod" ? "a}" : \'b{\'}', 'a}'],
    ['${{"a": {"b": 1}}.a.b}', 1],
    ['${r"\\"}${1}', '\\1'],
    ['${"""a"}"""}', 'a"}'],
    ['${variables.share + 1}', 11],
    ['${variables.share * 1.5}', 15],
    ['${variables.ratio / 2}', 0.75],
    ['${variables.hosts.map(h, h + "!")}', ['a!', 'bb!']],
    ['${variables.hosts.exists(h, h.size() > 1)}', true],
    ['${has(artifact.digest) ? artifact.digest : "none"}', 'none'],
    ['${"a,b".split(",").join("+").upperAscii()}', 'A+B'],
    ['${artifact.tag.replace(".", "-").substring(0, 3)}', '1-4'],
    ['${artifact.tag.matches("^1[.]")}', true],
    ['${true}', true],
    ['${null}', null],
  ])('%s', async (source, expected) => expect(await give(source)).toEqual(expected))

  it.each([
    ['${nope.x}', /^2 SL-EXPRESSIONS-NO-VALUE: Name nope.x/],
    ['a ${artifact.digest}', /^4 SL-EXPRESSIONS-NO-VALUE/],
    ['${env.__proto__}', /NO-VALUE/],
    ['${env.constructor.name + ""}', /FAILED/],
    ['a ${variables.hosts}', /^4 SL-EXPRESSIONS-NOT-TEXT: Expression variables.hosts: gives a list of text/],
    ['a ${null}', /NOT-TEXT/],
    ['${1 / 0}', /FAILED: Expression 1 \/ 0: .*zero/],
    ['${1.0 / 0.0}', /FAILED.*Infinity/],
    ['${timestamp("2020-01-01T00:00:00Z")}', /FAILED.*string\(…\)/],
    ['${variables.hosts[7]}', /FAILED/],
    ['${9007199254740993}', /FAILED.*exactly/],
  ])('%s fails, saying where', async (source, expected) => expect(await give(source)).toMatch(expected))

  it('keeps every text that has no expression, once escaped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', ' ', '\\') }), async any => {
        expect(await give(any.replaceAll('${', () => '$${'))).toBe(any)
      }),
    )
  })
})

describe('checking, before any value is there', () => {
  it.each([
    ['${env.name} and ${k8s.canaryDestination}', []],
    ['${env.nam}', ['6 UNKNOWN_NAME Name env.nam: is not known here; did you mean env.name?']],
    ['x ${evn.name}', ['4 UNKNOWN_NAME Name evn: is not known here; did you mean env?']],
    ['${canaryDestination}', ['2 UNKNOWN_NAME Name canaryDestination: is not known here; did you mean k8s.canaryDestination?']],
    [
      '${variables.shrae > 1 && env.name == 1}',
      [
        '12 UNKNOWN_NAME Name variables.shrae: is not known here; did you mean variables.share?',
        '34 TYPES Text is never equal to a whole number',
      ],
    ],
    ['${env.name.x}', ['11 TYPES env.name: is text and has no name x']],
    ['${env.name + 1}', ['11 TYPES +: cannot be used with text and a whole number']],
    ['${env.name.startsWit("a")}', ['10 UNKNOWN_FUNCTION Function startsWit: is not known; did you mean startsWith?']],
    ['${variables.hosts.map(h, h.nope)}', ['27 TYPES h: is text and has no name nope']],
    ['${variables.hosts.filter(h, h + "x")}', ['17 TYPES filter: its condition must be true or false']],
    ['${env.name ? 1 : 2}', ['2 TYPES ? :  wants true or false before the question mark, not text']],
    ['${artifact.digest}', ['11 NO_VALUE Name artifact.digest: has no value in this run; give it with --digest']],
    ['${has(artifact.digest)}', []],
    ['${has(artifact.digest) ? artifact.digest : artifact.tag}', []],
    ['a ${env}', ['4 NOT_TEXT Expression env: gives several values, which cannot stand within a text']],
    ['${1 +}', ['4 SYNTAX Expression 1 +: cannot be read at +']],
    ['${a b}', ['4 SYNTAX Expression a b: cannot be read at b']],
    ['${ }', ['0 EMPTY Expression: nothing stands between ${ and }']],
    ['ab ${env.name', ['3 OPEN Expression: ${ is never closed']],
    ['${google.protobuf.Value{number_value: 1.0}}', [expect.stringContaining('SYNTAX')]],
    ['${outputs.Look.anything > 3}', []],
  ])('%s', async (source, expected) => expect(await told(source)).toEqual(expected))

  it.each([
    ['${variables.share + 1}', 'integer', 'plan'],
    ['${variables.share + 1.5}', 'number', 'plan'],
    ['${variables.hosts[0]}', 'text', 'plan'],
    ['${variables.hosts.map(h, size(h))}', 'list', 'plan'],
    ['${env.name in variables.hosts}', 'boolean', 'plan'],
    ['${env.production ? 1 : 2.5}', 'number', 'plan'],
    ['${k8s.canaryDestination}', 'text', 'run'],
    ['${outputs.Look}', 'any', 'run'],
    ['${env.name} at ${k8s.canaryDestination}', 'text', 'run'],
    ['${variables.hosts.all(h, h != k8s.virtualServiceName)}', 'boolean', 'run'],
    ['no expression', 'text', 'plan'],
  ])('%s is %s, known in the %s', async (source, is, when) => {
    const checked = await checkText(source, scope)
    expect([checked.shape.is, checked.when, checked.problems]).toEqual([is, when, []])
  })
})

describe('work is bounded', () => {
  it.each([
    ['${[1].map(x, [1].map(y, y))}', /loop within a loop/],
    [`\${${'('.repeat(40)}1${')'.repeat(40)}}`, /nests brackets/],
    [`\${"${'a'.repeat(3000)}"}`, /longer than 2000/],
    [`\${"a"${'.replace("a", "aaaaaaaaaaaaaaaaaaaa")'.repeat(30)}}`, /more than 65536 characters/],
    [`\${"${'a,'.repeat(900)}".split(",").join("${'b'.repeat(100)}")}`, /more than 65536 characters/],
    [`\${[${'1,'.repeat(150)}1].map(x, [${'1,'.repeat(150)}1])}`, /more than 10000 values/],
  ])('%s', async (source, expected) => expect(await give(source)).toMatch(expected))

  it('reads hostile nesting and patterns quickly', async () => {
    const started = performance.now()
    await give(`\${"${'a'.repeat(900)}!".matches("(a+)+$")}`)
    await give(`\${${'-'.repeat(500)}1}`)
    await give(`\${${'!'.repeat(500)}true}`)
    await give(`\${${'a.b['.repeat(29)}1${']'.repeat(29)}}`)
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('never throws, whatever the text', async () => {
    const piece = fc.constantFrom(
      '${',
      '}',
      '$',
      '{',
      '"',
      "'",
      '(',
      ')',
      '[',
      ']',
      'env',
      '.',
      'name',
      ' + ',
      'has',
      ',',
      '1',
      'map',
      '\\',
      '?',
      ':',
      'é',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async pieces => {
        const source = pieces.join('')
        const [checked, outcome] = [await checkText(source, scope), await evaluateText(source, values)]
        for (const each of checked.problems) expect(each.at).toBeLessThanOrEqual(source.length)
        expect('value' in outcome || outcome.problem.failure.blame === 'user').toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('gives what was promised: a checked text without problems evaluates to its shape', async () => {
    const piece = fc.constantFrom(
      'variables.share',
      'variables.ratio',
      'env.name',
      'env.production',
      '"x"',
      '2',
      '1.5',
      'variables.hosts',
      'size(env.name)',
    )
    const operator = fc.constantFrom(' + ', ' - ', ' * ', ' == ', ' < ', ' && ', ' in ')
    await fc.assert(
      fc.asyncProperty(piece, operator, piece, async (a, op, b) => {
        const source = `\${${a}${op}${b}}`
        const checked = await checkText(source, scope)
        const outcome = await evaluateText(source, values)
        fc.pre(checked.problems.length === 0)
        expect(outcome).toHaveProperty('value')
        const { value } = outcome as { value: unknown }
        const is = typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'boolean' : Array.isArray(value) ? 'list' : 'number'
        expect(is).toBe(checked.shape.is === 'integer' ? 'number' : checked.shape.is)
      }),
      { numRuns: 500 },
    )
  })
})

it('replaces the texts of a tree that have expressions, and leaves keys and other values alone', async () => {
  const tree = { 'a${x}': 1, list: ['${env.name}', { deep: 'v${b}' }, 'plain'], none: null }
  const seen: unknown[] = []
  const made = await mapTexts(tree, async (text, path) => {
    seen.push(path)
    return text.length
  })
  expect(made).toEqual({ 'a${x}': 1, list: [11, { deep: 5 }, 'plain'], none: null })
  expect(seen).toEqual([
    ['list', 0],
    ['list', 1, 'deep'],
  ])
})
