import { expect, it } from 'vitest'
import type { Json } from '#base/index.ts'
import { readDocuments } from '#model/documents/index.ts'
import { editorSchema, type JsonSchema } from './editor-schema.ts'
import { exampleApplication } from './example/example-application.ts'
import { stepTypes } from './steps/index.ts'

const schema = editorSchema()
const definitions = schema['$defs'] as Record<string, JsonSchema>

type Check = (rule: JsonSchema, value: Json, at: string) => string | undefined

const typeOf = (value: Json): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)
const fitting = (list: unknown, value: Json, at: string): number =>
  (list as readonly unknown[]).filter(each => !misfit(each, value, at)).length

/** The parts of JSON Schema that ours uses; each gives the first place that does not fit. */
const checks: Readonly<Record<string, Check>> = {
  $ref: (rule, value, at) => misfit(definitions[String(rule['$ref']).replace('#/$defs/', '')], value, at),
  anyOf: (rule, value, at) => (fitting(rule['anyOf'], value, at) === 0 ? at : undefined),
  oneOf: (rule, value, at) => (fitting(rule['oneOf'], value, at) === 1 ? undefined : at),
  const: (rule, value, at) => (rule['const'] === value ? undefined : at),
  enum: (rule, value, at) => ((rule['enum'] as readonly unknown[]).includes(value) ? undefined : at),
  pattern: (rule, value, at) => (typeof value === 'string' && !new RegExp(String(rule['pattern'])).test(value) ? at : undefined),
  type: (rule, value, at) => ([rule['type']].flat().includes(typeOf(value)) ? undefined : `${at}: is ${typeOf(value)}`),
  allOf: (rule, value, at) => first(rule['allOf'] as JsonSchema[], each => misfit(each, value, at)),
  not: (rule, value, at) => (misfit(rule['not'], value, at) ? undefined : at),
  items: (rule, value, at) =>
    Array.isArray(value) ? first(value as Json[], (each, i) => misfit(rule['items'], each, `${at}[${i}]`)) : undefined,
  required: (rule, value, at) =>
    first(rule['required'] as string[], key => (isMap(value) && !(key in value) ? `${at}.${key} is missing` : undefined)),
  properties: (rule, value, at) => first(isMap(value) ? Object.entries(value) : [], ([key, each]) => property(rule, key, each, at)),
}

const isMap = (value: Json): value is { readonly [key: string]: Json } => typeOf(value) === 'object'

function property(rule: JsonSchema, key: string, value: Json, at: string): string | undefined {
  const own = (rule['properties'] as JsonSchema)[key] ?? rule['additionalProperties'] ?? true
  return own === false ? `${at}.${key} is unknown` : misfit(own, value, `${at}.${key}`)
}

function first<T>(list: readonly T[], check: (item: T, index: number) => string | undefined): string | undefined {
  return list.map(check).find(found => found !== undefined)
}

function misfit(part: unknown, value: Json, at: string): string | undefined {
  if (part === true || part === undefined) return undefined
  const rule = part as JsonSchema
  return first(
    Object.keys(rule).flatMap(key => checks[key] ?? []),
    check => check(rule, value, at),
  )
}

const problems = (text: string): (string | undefined)[] =>
  readDocuments(text, 'a.yaml').documents.map(each => misfit(schema, each.value, 'document'))

it('takes the example as it is', () => {
  const files = exampleApplication({ name: 'cart', image: 'ghcr.io/acme/cart' })
  const own = files.find(({ text }) => text.includes('sluice.dev/v1'))?.text ?? ''

  expect(problems(own)).toEqual([undefined, undefined, undefined, undefined])
})

const workflow = (step: string): string =>
  `apiVersion: sluice.dev/v1\nkind: Workflow\nmetadata: { name: a }\nspec:\n  strategy: canary\n  service: cart\n  phases:\n    - name: A\n      mine: [{ ${step} }]\n`

it.each([
  'canaryDeployment: { instances: 25% }',
  'canaryDeployment: { instances: "${variables.pods}" }, name: Start, timeout: 5m',
  'trafficSplit: { canary: 10 }',
  'trafficSplit: { destinations: [{ destination: { host: a, subset: b }, weight: 100 }] }',
  'shiftTraffic: { to: [10, 50%, 100], hold: 5m }',
  'shiftTraffic: { to: 100, by: 30, check: { errorRate: { max: 1% } } }',
  'canaryDelete:',
  'approval: { onExpiry: approve }, onFailure: hold',
  'wait: { for: 5m }, onFailure: { retry: { times: 3 } }, irreversible: true, when: "${env.production}"',
  'scale: { workload: Deployment/worker, to: 3 }',
  'delete: { objects: [Job/migrate] }',
])('takes the step %s', step => expect(problems(workflow(step))).toEqual([undefined]))

it.each([
  ['wiat: { for: 5m }', 'unknown field'],
  ['wait: { fore: 5m }', 'a misspelt field'],
  ['wait: { for: [] }', 'a wrong type'],
  ['approval: { onExpiry: aprove }', 'a word that is none'],
  ['wait: { for: 5m }, canaryDelete: {}', 'two types'],
  ['name: nothing', 'no type'],
  ['wait: { for: 5m }, irreversible: 1', 'no flag'],
])('refuses %s: %s', step => expect(problems(workflow(step))).toEqual([expect.any(String)]))

it('says of every step type what it does, and of every shared field what it means', () => {
  const properties = (definitions['step']?.['properties'] ?? {}) as Record<string, JsonSchema>

  expect(stepTypes.map(({ type, about }) => [type, properties[type]?.['description'] === about])).toEqual(
    stepTypes.map(({ type }) => [type, true]),
  )
  expect(Object.keys(properties).filter(key => properties[key]?.['description'] === undefined)).toEqual([])
})

it('knows how a Prometheus is named', () => {
  const part = (of: unknown, name: string): JsonSchema => (of as { readonly properties: Record<string, JsonSchema> }).properties[name] ?? {}
  const drawn = part(part(definitions['Infrastructure'], 'spec'), 'prometheus')
  const told = (prometheus: Json): string | undefined => misfit(drawn, prometheus, 'prometheus')
  const token = { secret: 's', key: 'k' }
  const url = 'http://prom:9090'
  expect(told({ url, headers: { A: 'b', C: token }, bearerToken: token, labels: { cluster: 'eu' } })).toBeUndefined()
  expect(told({ url })).toBeUndefined()
  expect([told({ address: url }), told({ url, bearerToken: 'f3a9' })]).toEqual([
    'prometheus.address is unknown',
    'prometheus.bearerToken: is string',
  ])
})
