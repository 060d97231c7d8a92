import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDocuments } from '#model/documents/index.ts'
import { isApplicationFile } from '../documents/application.ts'
import { parseApplication } from '../documents/parse-application.ts'
import { lintApplication } from '../lint/lint-application.ts'
import { Strategy } from '../strategy.ts'
import { resolveWorkflow } from '../resolve/resolve-workflow.ts'
import { exampleApplication, type ExampleChoice } from './example-application.ts'

const choices: readonly ExampleChoice[] = [
  { name: 'cart', image: 'ghcr.io/acme/cart', context: 'eu-1' },
  { name: 'a', image: 'localhost:5000/a:1.2.3-rc.1', context: 'arn:aws:eks:eu:1:cluster/"x"', namespace: 'shop', port: 80 },
  { name: '7-up', image: `nginx:1@sha256:${'a'.repeat(64)}`, context: 'kind-kind' },
]

describe.each(choices)('the example for $image', choice => {
  const files = exampleApplication(choice)
  const ours = files.filter(each => isApplicationFile(each.text))
  const text = (path: string) => files.find(each => each.path === path)?.text ?? ''

  it('has no problems and can be run', async () => {
    expect(ours.map(each => each.path)).toEqual(['sluice.yaml'])
    const { application, problems } = await parseApplication(ours)
    expect(problems).toEqual([])
    expect(await lintApplication(application)).toEqual([])
    const { workflow } = await resolveWorkflow(application, 'canary', { tag: '2' })
    expect(workflow?.releases[0]).toMatchObject({ service: choice.name, cluster: { context: choice.context }, artifact: { tag: '2' } })
    expect(workflow?.phases.flatMap(each => each.sections).flatMap(each => each.steps.map(step => step.type))).toEqual([
      'canaryDeployment',
      'trafficSplit',
      'check',
      'trafficSplit',
      'approval',
      'rolloutDeployment',
      'canaryDelete',
    ])
  })

  it('has values for every name that its manifests use, and manifests that are YAML with them', () => {
    const values = readDocuments(text('values.yaml'), 'values.yaml').documents[0]?.value as Record<string, unknown>
    expect(Object.keys(values)).toEqual(['name', 'image', 'port', 'replicas', 'host'])
    for (const { path, text: template } of files.filter(each => each.path.startsWith('manifests/'))) {
      const rendered = template.replaceAll(/\{\{ \.Values\.(\w+)( \| quote)? \}\}/g, (_, name: string, quote?: string) =>
        quote ? JSON.stringify(values[name]) : String(values[name]),
      )
      expect(rendered).not.toContain('{{')
      const { documents, problems } = readDocuments(rendered, path)
      expect([documents.length, problems]).toEqual([1, []])
    }
  })

  it('stays within a readable width', () => {
    for (const line of files.flatMap(each => each.text.split('\n'))) expect(line.length).toBeLessThanOrEqual(140)
  })
})

describe.each(Strategy.options)('the example of a %s workflow', strategy => {
  const files = exampleApplication({ name: 'cart', image: 'ghcr.io/acme/cart', context: 'eu-1', strategy })
  const ours = files.filter(each => isApplicationFile(each.text))

  it('has no problems, and the steps of its strategy', async () => {
    const { application, problems } = await parseApplication(ours)
    expect([...problems, ...(await lintApplication(application))]).toEqual([])
    const name = { canary: 'canary', blueGreen: 'blue-green', rolling: 'rolling', basic: 'basic' }[strategy]
    const { workflow } = await resolveWorkflow(application, name, { tag: '2' })
    const first = { canary: 'canaryDeployment', blueGreen: 'stageDeployment', rolling: 'rolloutDeployment', basic: 'rolloutDeployment' }
    expect(workflow?.phases[0]?.sections[0]?.steps[0]?.type).toBe(first[strategy])
    expect(ours[0]?.text).toContain(`sluice run ${name} --tag`)
  })

  it('has routes and words about them where it moves traffic, and nothing of them else', () => {
    const moves = strategy === 'canary' || strategy === 'blueGreen'
    const text = files.map(each => each.path + each.text).join()
    for (const word of ['VirtualService', 'bypass', 'settle:', 'host:']) expect([word, text.includes(word)]).toEqual([word, moves])
    expect(text.includes('DestinationRule')).toBe(strategy === 'canary')
  })

  it('stays within a readable width', () => {
    for (const line of files.flatMap(each => each.text.split('\n'))) expect(line.length).toBeLessThanOrEqual(140)
  })
})

it('points at the kubeconfig’s present context where none is named, and lint says so', async () => {
  const { application, problems } = await parseApplication(
    exampleApplication({ name: 'cart', image: 'cart' }).filter(each => isApplicationFile(each.text)),
  )
  expect(problems).toEqual([])
  expect((await lintApplication(application)).map(each => each.code)).toEqual(['SL-WORKFLOW-CONTEXT-UNSTATED'])
})

it.each([
  [{ name: 'Cart', image: 'cart' }, 'Name: is "Cart"'],
  [{ name: 'cart', image: 'my image' }, 'Image: is "my image"'],
])('refuses %j', (choice, message) => expect(() => exampleApplication(choice)).toThrow(message))

describe('documents that others have written', () => {
  const shared = join(process.env['SLUICE_CASES'] ?? join(import.meta.dirname, '../../../../../shared/cases'), '..')
  const read = (path: string): string | undefined => {
    const file = join(shared, path)
    if (existsSync(file)) return readFileSync(file, 'utf8')
    console.warn(`skipped: ${file} is not there`)
    return undefined
  }
  const blocks = (text: string): string[] => [...text.matchAll(/```(?:yaml)?\s*\n([\s\S]*?)```/g)].map(each => each[1] ?? '')
  const experience = read('experience.md')
  const seed = read('seed/istio-traffic-splitting.md')

  it.skipIf(!experience)('the experience page’s application has no problems, and its lint says what production leaves open', async () => {
    const text = blocks(experience ?? '').find(isApplicationFile) ?? ''
    const { application, problems } = await parseApplication([{ path: 'workflow.yaml', text }])
    expect(problems).toEqual([])
    expect((await lintApplication(application)).map(each => each.code)).toEqual(['SL-WORKFLOW-BYPASS-UNSTATED'])
    expect((await resolveWorkflow(application, 'canary', { tag: '1.4.0' })).problems).toEqual([])
  })

  it.skipIf(!seed)('the seed’s manifests are YAML once their values stand in them, and none of our documents', () => {
    const manifests = blocks(seed ?? '').filter(each => each.includes('apiVersion:'))
    expect(manifests.length).toBeGreaterThanOrEqual(4)
    for (const each of manifests) {
      expect(isApplicationFile(each)).toBe(false)
      const { documents, problems } = readDocuments(each.replaceAll('{{.Values.name}}', 'cart'), 'seed.yaml')
      expect([documents.length, problems]).toEqual([1, []])
    }
  })
})
