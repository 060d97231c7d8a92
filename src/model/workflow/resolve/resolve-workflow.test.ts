import { describe, expect, it } from 'vitest'
import { parseApplication } from '../documents/parse-application.ts'
import { ResolvedWorkflow } from '../resolved.ts'
import { stepTypes } from '../steps/index.ts'
import { isOnlyOfThisRun } from './only-of-this-run.ts'
import { resolveWorkflow, type ResolveChoice } from './resolve-workflow.ts'

const documents = `
apiVersion: sluice.dev/v1
kind: Service
metadata: { name: cart }
spec:
  image: "\${variables.registry}/acme/cart"
  manifests: [manifests/, "extra-\${env.name}/"]
  values: [values.yaml]
  variables: { registry: ghcr.io, size: small, who: service }
---
apiVersion: sluice.dev/v1
kind: Environment
metadata: { name: production }
spec:
  production: true
  bypass: refuse
  values: ["values-\${env.name}.yaml"]
  variables: { size: big, who: environment, at: "\${env.name}/\${infra.name}" }
  services: { cart: { values: [cart.yaml], variables: { who: environment for cart } } }
---
apiVersion: sluice.dev/v1
kind: Infrastructure
metadata: { name: eu }
spec:
  environment: production
  cluster: { context: eu-1 }
  namespace: "shop-\${variables.size}"
  delegates: [eu, "\${env.name}"]
  settle: { mode: seconds, shift: 2s }
---
apiVersion: sluice.dev/v1
kind: Infrastructure
metadata: { name: us }
spec: { environment: production, cluster: { inCluster: true }, namespace: shop, releaseName: "r-\${service.name}", drain: 5s, prometheus: { url: "http://\${env.name}.prom:9090/api/", bearerToken: { secret: prom, key: token } } }
---
apiVersion: sluice.dev/v1
kind: Workflow
metadata: { name: canary }
spec:
  strategy: canary
  service: cart
  variables: { share: 10, look: { type: boolean, default: true } }
  onFailure: hold
  phases:
    - name: Canary
      infrastructure: eu
      onFailure: rollbackPhase
      deploy:
        - canaryDeployment: { instances: 25% }
      verify:
        - trafficSplit:
            virtualService: \${ k8s.virtualServiceName }
            destinations:
              - { destination: "\${k8s.canaryDestination}", weight: "\${variables.share}" }
              - { destination: "\${k8s.stableDestination}", weight: 80 }
              - { destination: "{ host: cart-svc, subset: v7, port: { number: 8080 } }", weight: 10 }
          timeout: 5m
        - name: Look
          when: \${variables.look}
          approval: { groups: ["\${service.name}-people"], expires: 2h, message: "\${env.name}: \${k8s.canaryWorkload}" }
          onFailure: { retry: { times: 3, every: 30s }, do: ignore }
          delegates: [special]
        - when: \${approvals.Look.by == "ann"}
          wait: { for: 30s }
          settle: { mode: acknowledged }
        - check: { latency: { percentile: 99, max: 250ms }, errorRate: { max: 0.5% } }
          irreversible: true
      rollback:
        - wait: { for: 1s }
    - name: Primary!
      infrastructure: eu
      deploy:
        - rolloutDeployment:
      wrapUp: { when: "\${env.production}", onFailure: abort, steps: [ canaryDelete: {} ] }
`

const parsed = await parseApplication([{ path: 'app.yaml', text: documents }], 'shop')

async function resolve(choice: ResolveChoice = { tag: '1.4.0' }): Promise<ResolvedWorkflow> {
  const { workflow, problems } = await resolveWorkflow(parsed.application, 'canary', choice)
  expect(problems).toEqual([])
  return workflow as ResolvedWorkflow
}
async function told(choice: ResolveChoice): Promise<string[]> {
  const { workflow, problems } = await resolveWorkflow(parsed.application, 'canary', choice)
  expect(workflow).toBeUndefined()
  return problems.map(each => `${each.code} ${each.message}`)
}

it('parses what the tests use', () => expect(parsed.problems).toEqual([]))

describe('a resolved workflow', () => {
  it('has every default filled in and every known expression evaluated', async () => {
    const { phases, releases, ...rest } = await resolve()
    expect(rest).toEqual({ format: 1, application: 'shop', name: 'canary', strategy: 'canary', service: 'cart' })
    expect(releases).toEqual([
      {
        id: 'cart@eu',
        name: 'cart-eu',
        service: 'cart',
        environment: 'production',
        production: true,
        infrastructure: 'eu',
        cluster: { context: 'eu-1' },
        namespace: 'shop-big',
        delegates: ['eu', 'production'],
        settle: { mode: 'seconds', shift: 2000 },
        drain: 30_000,
        bypass: 'refuse',
        subsets: { stable: 'stable', canary: 'canary' },
        artifact: { repository: 'ghcr.io/acme/cart', tag: '1.4.0', image: 'ghcr.io/acme/cart:1.4.0', version: '1.4.0' },
        manifests: ['manifests/', 'extra-production/'],
        values: ['values.yaml', 'values-production.yaml', 'cart.yaml'],
        names: expect.objectContaining({
          variables: { registry: 'ghcr.io', size: 'big', who: 'environment for cart', at: 'production/eu', share: 10, look: true },
          env: { name: 'production', production: true, environmentType: 'PROD' },
          infra: { name: 'eu', namespace: 'shop-big', releaseName: 'cart-eu', cluster: 'eu-1', kubernetes: { namespace: 'shop-big' } },
          artifact: expect.objectContaining({ metadata: { image: 'ghcr.io/acme/cart:1.4.0', tag: '1.4.0' } }),
        }),
      },
    ])
    expect(phases.map(each => [each.id, each.name, each.release])).toEqual([
      ['canary', 'Canary', 'cart@eu'],
      ['primary', 'Primary!', 'cart@eu'],
    ])
  })

  it('names steps by phase, section and number, and gives each its input, time and strategy', async () => {
    const steps = (await resolve()).phases.flatMap(each => [...each.sections.flatMap(section => section.steps), ...each.rollback])
    const later = (text: string) => ({ later: text })
    const hold = { retry: { times: 0, every: 0 }, hold: { for: 86_400_000 }, do: 'rollbackWorkflow' }
    const rollbackPhase = { retry: { times: 0, every: 0 }, do: 'rollbackPhase' }
    expect(steps.map(each => [each.path, each.name, each.type, each.timeout, each.when, each.onFailure])).toEqual([
      ['canary/deploy/1', 'Canary Deployment', 'canaryDeployment', 600_000, true, rollbackPhase],
      ['canary/verify/1', 'Traffic Split 10 %', 'trafficSplit', 300_000, true, rollbackPhase],
      ['canary/verify/2', 'Look', 'approval', 7_800_000, true, { retry: { times: 3, every: 30_000 }, do: 'ignore' }],
      ['canary/verify/3', 'Wait', 'wait', 630_000, later('${approvals.Look.by == "ann"}'), rollbackPhase],
      ['canary/verify/4', 'Check', 'check', 720_000, true, rollbackPhase],
      ['canary/rollback/1', 'Wait', 'wait', 601_000, true, rollbackPhase],
      ['primary/deploy/1', 'Rollout Deployment', 'rolloutDeployment', 600_000, true, hold],
      ['primary/wrapUp/1', 'Canary Delete', 'canaryDelete', 600_000, true, { retry: { times: 0, every: 0 }, do: 'abort' }],
    ])
    const ours = { host: 'cart-svc', subset: 'v7', port: { number: 8080 } }
    const verdicts = { onBad: 'fail', onFewRequests: 'hold' }
    expect(steps.map(each => each.input)).toEqual([
      { instances: { percent: 25 }, fixed: false },
      {
        rows: [
          { to: 'canary', weight: 10 },
          { to: 'stable', weight: 80 },
          { to: ours, weight: 10 },
        ],
      },
      { groups: ['cart-people'], expires: 7_200_000, onExpiry: 'reject', message: later('${env.name}: ${k8s.canaryWorkload}') },
      { for: 30_000 },
      { version: 'canary', errorRate: { max: 0.005 }, latency: { percentile: 99, max: 250 }, over: 120_000, minRequests: 100, ...verdicts },
      { for: 1000 },
      { traffic: 'auto' },
      {},
    ])
    expect(steps.map(each => [each.delegates, each.settle.mode, each.irreversible])[2]).toEqual([
      ['eu', 'production', 'special'],
      'seconds',
      false,
    ])
    expect(steps.map(each => [each.settle, each.irreversible]).slice(3, 5)).toEqual([
      [{ mode: 'acknowledged' }, false],
      [{ mode: 'seconds', shift: 2000 }, true],
    ])
  })

  it('is plain JSON whose every input fits the schema of its step type', async () => {
    const workflow = await resolve()
    expect(ResolvedWorkflow.parse(JSON.parse(JSON.stringify(workflow)))).toEqual(workflow)
    for (const step of workflow.phases.flatMap(each => each.sections.flatMap(section => section.steps))) {
      expect(stepTypes.find(each => each.type === step.type)?.input.parse(step.input)).toEqual(step.input)
    }
  })
})

describe('what a run brings', () => {
  it('has the last word on variables, and is read as their type', async () => {
    const { releases, phases } = await resolve({ tag: '1', variables: { share: '10', who: 'run', look: 'false' } })
    expect(releases[0]?.names['variables']).toMatchObject({ share: 10, who: 'run', look: false })
    expect(phases[0]?.sections[1]?.steps[1]?.when).toBe(false)
  })

  it('may be another infrastructure', async () => {
    const { releases } = await resolve({ tag: '1', infrastructure: 'us' })
    expect(releases).toHaveLength(1)
    expect(releases[0]).toMatchObject({ id: 'cart@us', name: 'r-cart', namespace: 'shop', cluster: { inCluster: true }, drain: 5000 })
    const bearerToken = { secret: 'prom', key: 'token' }
    expect(releases[0]?.prometheus).toEqual({ url: 'http://production.prom:9090/api', headers: {}, labels: {}, bearerToken })
  })

  it('is called by tag, by a short digest, or as written', async () => {
    const digest = `sha256:${'ab'.repeat(32)}`
    expect((await resolve({ tag: '1', digest })).releases[0]?.artifact).toMatchObject({
      version: '1',
      image: `ghcr.io/acme/cart:1@${digest}`,
    })
    expect((await resolve({ digest })).releases[0]?.artifact).toMatchObject({ version: 'abababa', image: `ghcr.io/acme/cart@${digest}` })
    expect((await resolve({})).releases[0]?.artifact).toEqual({ repository: 'ghcr.io/acme/cart', version: 'as written' })
  })

  it.each<[ResolveChoice, string[]]>([
    [{ tag: 'a b' }, ['SL-WORKFLOW-IMAGE-PART Tag "a b": wants letters, digits, dots and dashes, at most 128']],
    [{ digest: 'sha1:x' }, ['SL-WORKFLOW-IMAGE-PART Digest "sha1:x": wants sha256: and 64 hexadecimal digits']],
    [{ infrastructure: 'eux' }, ['SL-WORKFLOW-UNKNOWN-REFERENCE Workflow canary: there is no Infrastructure eux; did you mean eu?']],
    [{ variables: { shar: 1 } }, ['SL-WORKFLOW-UNKNOWN-VARIABLE Workflow canary: has no variable shar; did you mean share?']],
    [{ variables: { share: 'x' } }, ['SL-WORKFLOW-VARIABLE-VALUE Workflow canary: the variable share is "x", wants a whole number']],
    [
      { variables: { share: 11 } },
      ['SL-WORKFLOW-WEIGHT-SUM Workflow canary: phases[0].verify[0].trafficSplit.destinations: the weights sum to 101, not to 100'],
    ],
    [
      { variables: { size: 'NOT DNS' } },
      [
        'SL-WORKFLOW-WRONG-VALUE Infrastructure eu: namespace: is "shop-NOT DNS", wants a name of small letters, digits and dashes, at most 63',
      ],
    ],
  ])('%j is refused', async (choice, expected) => expect(await told(choice)).toEqual(expected))
})

describe('workflows that cannot run', () => {
  async function toldOf(change: (text: string) => string, choice: ResolveChoice = { tag: '1' }, name = 'canary'): Promise<string[]> {
    const { application } = await parseApplication([{ path: 'app.yaml', text: change(documents) }])
    const { workflow, problems } = await resolveWorkflow(application, name, choice)
    expect(workflow).toBeUndefined()
    return problems.map(each => `${each.place?.line ?? ''} ${each.code.replace('SL-WORKFLOW-', '')}`)
  }

  it('names those that there are where none has a like name', async () => {
    const { application } = await parseApplication([{ path: 'app.yaml', text: documents }])
    const messages = async (name: string) => (await resolveWorkflow(application, name)).problems.map(({ message }) => message)
    expect(await messages('canari')).toEqual([expect.stringMatching(/^Workflow canari: does not exist; did you mean canary\?$/)])
    expect(await messages('release')).toEqual([expect.stringMatching(/^Workflow release: does not exist; there is canary\b/)])
  })

  it.each<[string, (text: string) => string, string[], string?]>([
    ['a name that is none', text => text, [' NO-WORKFLOW'], 'canari'],
    ['a variable that must be given', text => text.replace('share: 10', 'share: { type: integer }'), ['42 VARIABLE-MISSING']],
    [
      'a value that is not among those allowed',
      text => text.replace('share: 10', 'share: { default: 10, oneOf: [20, 30] }'),
      ['42 VARIABLE-VALUE'],
    ],
    ['a phase nowhere', text => text.replace('Primary!\n      infrastructure: eu', 'Primary'), ['70 NO-INFRASTRUCTURE']],
    [
      'two values for one release',
      text =>
        text
          .replace('eu\n      onFailure', 'eu\n      variables: { a: 1 }\n      onFailure')
          .replace('Primary!\n', 'Primary\n      variables: { a: 2 }\n'),
      ['72 PHASE-VARIABLES-DIFFER'],
    ],
    ['a timeout before its end', text => text.replace('{ for: 30s }', '{ for: 30s }\n          timeout: 20s'), ['65 TIMEOUT-TOO-SHORT']],
    ['a release whose name is too long', text => text.replaceAll('eu', 'e'.repeat(60)), ['23 WRONG-VALUE']],
    ['no phase', text => text.slice(0, text.indexOf('  phases:')), ['39 MISSING']],
    [
      'a digest that nobody gave',
      text => text.replace('namespace: "shop-${variables.size}"', 'namespace: "${artifact.digest}"'),
      ['27 SL-EXPRESSIONS-NO-VALUE'],
    ],
  ])('%s', async (_, change, expected, name) => expect(await toldOf(change, undefined, name)).toEqual(expected))
})

it('tells what a run must bring apart from what is wrong with the documents', async () => {
  const forTheRun = documents
    .replace('share: 10', 'share: { type: integer }')
    .replaceAll('      infrastructure: eu\n', '')
    .replace('strategy: canary', 'strategy: canary # or another')
  const { application, problems } = await parseApplication([{ path: 'app.yaml', text: forTheRun }])
  expect(problems).toEqual([])
  const found = async (choice: ResolveChoice) => (await resolveWorkflow(application, 'canary', choice)).problems
  expect((await found({})).map(isOnlyOfThisRun)).toEqual([true, true])
  expect((await found({ infrastructure: 'eu' })).map(isOnlyOfThisRun)).toEqual([true])
  expect((await found({ infrastructure: 'ue', variables: { share: 10 } })).map(isOnlyOfThisRun)).toEqual([false])
  expect(await found({ infrastructure: 'eu', variables: { share: 10 } })).toEqual([])
})
