import { expect, it } from 'vitest'
import { exampleApplication } from '../example/example-application.ts'
import { isApplicationFile } from '../documents/application.ts'
import { parseApplication } from '../documents/parse-application.ts'
import { resolveWorkflow } from '../resolve/resolve-workflow.ts'
import { evaluateValuesFile } from './values-file.ts'

const files = exampleApplication({ name: 'cart', image: 'ghcr.io/acme/cart', context: 'eu', namespace: 'shop' }).filter(each =>
  isApplicationFile(each.text),
)
const { application } = await parseApplication(files)
const { workflow } = await resolveWorkflow(application, 'canary', { tag: '1.4.0' })
const release = workflow!.releases[0]!

const valuesOf = async (text: string) => (await evaluateValuesFile({ path: 'values.yaml', text }, release)).values
const evaluated = async (text: string) =>
  (await evaluateValuesFile({ path: 'values.yaml', text }, release)).problems.map(
    each => `${each.place?.line}:${each.place?.column} ${each.code}`,
  )
it('evaluates every text, and nothing else', async () => {
  const text =
    'image: ${artifact.image}\nns: ${infra.namespace}\nlist: [{ deep: "x-${env.name}" }, 5, ~]\nhome: $${HOME}\n"${key}": {{ no template }}\n'
  expect(await valuesOf(text.replace('{{ no template }}', '1'))).toEqual({
    image: 'ghcr.io/acme/cart:1.4.0',
    ns: 'shop',
    list: [{ deep: 'x-production' }, 5, null],
    home: '${HOME}',
    '${key}': 1,
  })
  expect(await valuesOf('a: "${has(artifact.digest) ? artifact.digest : artifact.tag}"')).toEqual({ a: '1.4.0' })
})

it('reads the names of the seed system', async () => {
  expect(await valuesOf('a: ${artifact.metadata.image}\nb: ${infra.kubernetes.namespace}\nc: ${env.environmentType}')).toEqual({
    a: 'ghcr.io/acme/cart:1.4.0',
    b: 'shop',
    c: 'PROD',
  })
})

it.each(['', '# nothing\n', '{}'])('gives no values for %j', async text => expect(await valuesOf(text)).toEqual({}))

it.each([
  ['a: ${artifact.digest}', ['1:15 SL-EXPRESSIONS-NO-VALUE']],
  ['a: ${k8s.canaryDestination}', ['1:6 SL-EXPRESSIONS-UNKNOWN-NAME']],
  ['a:\n  - "b ${env.nam}"', ['2:14 SL-EXPRESSIONS-UNKNOWN-NAME']],
  ['a: ${env.name}\nb: ${1 / 0}', ['2:6 SL-EXPRESSIONS-FAILED']],
  ['- a', ['1:1 SL-WORKFLOW-VALUES-FORM']],
  ['a: 1\n---\nb: 2', ['3:1 SL-WORKFLOW-VALUES-FORM']],
  ['a: [1', [expect.stringContaining('SL-DOCUMENTS-SYNTAX')]],
])('tells what is wrong with %j', async (text, expected) => expect(await evaluated(text)).toEqual(expected))
