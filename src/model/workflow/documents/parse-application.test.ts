import { describe, expect, it } from 'vitest'
import { showProblem } from '#base/index.ts'
import { resolveWorkflow } from '../resolve/resolve-workflow.ts'
import { parseApplication } from './parse-application.ts'

const good = `apiVersion: sluice.dev/v1
kind: Service
metadata: { name: cart }
spec:
  image: ghcr.io/acme/cart
  manifests: [manifests/]
  values: [values.yaml]
---
apiVersion: sluice.dev/v1
kind: Environment
metadata: { name: production }
spec:
  production: true
  values: [values-production.yaml]
---
apiVersion: sluice.dev/v1
kind: Infrastructure
metadata: { name: eu }
spec:
  environment: production
  cluster: { context: eu-1 }
  namespace: shop
  delegates: [eu, "\${env.name}"]
---
apiVersion: sluice.dev/v1
kind: Workflow
metadata: { name: canary }
spec:
  strategy: canary
  service: cart
  phases:
    - name: Canary
      infrastructure: eu
      deploy:
        - canaryDeployment: { instances: 25% }
      verify:
        - trafficSplit:
            virtualService: \${k8s.virtualServiceName}
            destinations:
              - { destination: "\${k8s.canaryDestination}", weight: 10 }
              - { destination: "\${k8s.stableDestination}", weight: 90 }
          timeout: 5m
        - name: Look at the dashboard
          approval: { groups: [release-managers], expires: 2h, onExpiry: reject }
        - trafficSplit: { canary: 50 }
    - name: Primary
      infrastructure: eu
      deploy:
        - rolloutDeployment: {}
      wrapUp:
        - canaryDelete: {}
`

async function told(text: string): Promise<string[]> {
  const { problems } = await parseApplication([{ path: 'a.yaml', text }])
  return problems.map(each => `${each.place?.line}:${each.place?.column} ${each.code.replace('SL-', '')}`)
}

it('takes one file with all documents, and one file for each', async () => {
  expect(await told(good)).toEqual([])
  const files = good.split('---\n').map((text, i) => ({ path: `${i}.yaml`, text }))
  const { application, problems } = await parseApplication(files)
  expect(problems).toEqual([])
  expect(application.documents.map(each => each.title)).toEqual([
    'Service cart',
    'Environment production',
    'Infrastructure eu',
    'Workflow canary',
  ])
  expect(application.name).toBe('cart')
})

describe('one mistake is one problem, at its place', () => {
  it.each<[string, string, string, string]>([
    ['another apiVersion', 'sluice.dev/v1\nkind: Service', 'apps/v1\nkind: Service', '1:13 WORKFLOW-NOT-OURS'],
    ['two ways into a cluster', 'context: eu-1', 'context: eu-1, inCluster: true', '21:12 WORKFLOW-WRONG-VALUE'],
    ['routes that are neither all nor a list', 'values: [values.yaml]', 'routes: every', '7:11 WORKFLOW-WRONG-VALUE'],
    [
      'the address of a Prometheus with a password',
      '  namespace: shop\n',
      '  namespace: shop\n  prometheus: { url: "http://me:secret@prom:9090" }\n',
      '23:22 WORKFLOW-WRONG-VALUE',
    ],
    [
      'a token that is written out',
      '  namespace: shop\n',
      '  namespace: shop\n  prometheus: { url: "http://prom:9090", headers: { Authorization: Bearer f3a9 } }\n',
      '23:68 WORKFLOW-WRONG-VALUE',
    ],
    [
      'a Secret that cannot be',
      '  namespace: shop\n',
      '  namespace: shop\n  prometheus: { url: "http://prom:9090", bearerToken: { secret: Prom, key: token } }\n',
      '23:65 WORKFLOW-WRONG-VALUE',
    ],
    [
      'a label that cannot be',
      '  namespace: shop\n',
      '  namespace: shop\n  prometheus: { url: "http://prom:9090", labels: { 1st: eu } }\n',
      '23:57 WORKFLOW-WRONG-VALUE',
    ],
    ['an unknown kind', 'kind: Environment', 'kind: Enviroment', '10:7 WORKFLOW-UNKNOWN-KIND'],
    ['an unknown field', 'manifests:', 'manifest:', '6:3 WORKFLOW-UNKNOWN-FIELD'],
    ['a chart', 'values: [values.yaml]', 'helm: chart/', '7:9 WORKFLOW-NOT-YET'],
    ['an image with a tag', 'acme/cart', 'acme/cart:1', '5:10 WORKFLOW-WRONG-VALUE'],
    ['a path out of the folder', '[manifests/]', '[../manifests/]', '6:15 WORKFLOW-WRONG-VALUE'],
    ['text for a boolean', 'production: true', 'production: maybe', '13:15 WORKFLOW-WRONG-VALUE'],
    [
      'an expression where documents name each other',
      'environment: production',
      'environment: "${env.name}"',
      '20:16 WORKFLOW-NO-EXPRESSION-HERE',
    ],
    ['an unknown environment', 'environment: production', 'environment: prodution', '20:16 WORKFLOW-UNKNOWN-REFERENCE'],
    ['an unknown service', 'service: cart', 'service: card', '30:12 WORKFLOW-UNKNOWN-REFERENCE'],
    [
      'an unknown infrastructure',
      'eu\n      deploy:\n        - roll',
      'us\n      deploy:\n        - roll',
      '47:23 WORKFLOW-UNKNOWN-REFERENCE',
    ],
    ['a missing field', '  namespace: shop\n', '', '19:1 WORKFLOW-MISSING'],
    ['an unknown name', '${env.name}', '${env.nam}', '23:26 EXPRESSIONS-UNKNOWN-NAME'],
    ['a name of a later level', '"${env.name}"', '"${infra.namespace}"', '23:28 EXPRESSIONS-UNKNOWN-NAME'],
    ['a name of the run where the plan must know', '"${env.name}"', '"${k8s.canaryWorkload}"', '23:22 EXPRESSIONS-UNKNOWN-NAME'],
    ['a weight of the run', 'weight: 10', 'weight: "${k8s.canaryWorkload}"', '40:68 WORKFLOW-ONLY-IN-THE-RUN'],
    ['a weight that is text', 'weight: 10', 'weight: "${app.name + 1}"', '40:80 EXPRESSIONS-TYPES'],
    ['a negative weight', 'weight: 10', 'weight: -10', '40:68 WORKFLOW-WRONG-VALUE'],
    ['a weight that is not whole', 'weight: 10', 'weight: 10.5', '40:68 WORKFLOW-WRONG-VALUE'],
    ['a weight that is a name', 'weight: 10', 'weight: "${env.production}"', '40:68 WORKFLOW-WRONG-TYPE'],
    ['a sum other than 100', 'weight: 90', 'weight: 80', '40:15 WORKFLOW-WEIGHT-SUM'],
    ['an expression without quotes in a flow mapping', '"${k8s.stableDestination}"', '${k8s.stableDestination}', '41:33 DOCUMENTS-SYNTAX'],
    ['a destination twice', '${k8s.stableDestination}', '${k8s.canaryDestination}', '41:32 WORKFLOW-DESTINATION-TWICE'],
    ['a blank destination', '"${k8s.stableDestination}"', '" "', '41:32 WORKFLOW-WRONG-VALUE'],
    ['a destination that is text', '"${k8s.stableDestination}"', 'cart-svc', '41:32 WORKFLOW-WRONG-VALUE'],
    ['a literal destination with an unknown field', '"${k8s.stableDestination}"', '{ host: a, subst: b }', '41:43 WORKFLOW-UNKNOWN-FIELD'],
    ['a literal destination as text with a blank host', '"${k8s.stableDestination}"', '"host: \' \'"', '41:32 WORKFLOW-WRONG-VALUE'],
    ['a number for a duration', 'timeout: 5m', 'timeout: 5', '42:20 WORKFLOW-WRONG-VALUE'],
    ['a share over 100 %', 'instances: 25%', 'instances: 125%', '35:42 WORKFLOW-WRONG-VALUE'],
    ['half a pod', 'instances: 25%', 'instances: 0.5', '35:42 WORKFLOW-WRONG-VALUE'],
    ['an unknown choice', 'onExpiry: reject', 'onExpiry: never', '44:74 WORKFLOW-WRONG-VALUE'],
    ['an unknown step', 'rolloutDeployment', 'rolloutDeploiment', '49:11 WORKFLOW-UNKNOWN-STEP'],
    ['two steps in one', '- rolloutDeployment: {}', '- rolloutDeployment: {}\n          wait: { for: 1s }', '50:11 WORKFLOW-SEVERAL-STEPS'],
    ['no step in one', '- rolloutDeployment: {}', '- name: Roll', '49:11 WORKFLOW-NO-STEP'],
    ['a misspelt field of a step', 'timeout: 5m', 'timout: 5m', '42:11 WORKFLOW-UNKNOWN-FIELD'],
    [
      'an empty phase',
      '        - rolloutDeployment: {}\n      wrapUp:\n        - canaryDelete: {}\n',
      '        []\n',
      '46:7 WORKFLOW-EMPTY-PHASE',
    ],
    ['a section that is none', '      wrapUp:\n        - canaryDelete: {}\n', '      wrapUp: 5\n', '50:7 WORKFLOW-UNKNOWN-FIELD'],
    ['a section whose name cannot be', '      wrapUp:\n', '      wrap/up:\n', '50:7 WORKFLOW-WRONG-VALUE'],
    ['a check that measures nothing', 'canaryDelete: {}', 'check: {}', '51:18 WORKFLOW-NO-JUDGEMENT'],
    ['an unknown strategy for failures', 'canaryDelete: {}', 'canaryDelete: {}\n          onFailure: shrug', '52:22 WORKFLOW-WRONG-VALUE'],
    ['a retry that is a number', 'canaryDelete: {}', 'canaryDelete: {}\n          onFailure: { retry: 3 }', '52:31 WORKFLOW-WRONG-VALUE'],
    ['a condition that is text', 'canaryDelete: {}', 'canaryDelete: {}\n          when: env.production', '52:17 WORKFLOW-WRONG-VALUE'],
    ['a condition that gives text', 'canaryDelete: {}', 'canaryDelete: {}\n          when: ${env.name}', '52:17 WORKFLOW-WRONG-TYPE'],
    [
      'an approval that was never asked for',
      'canaryDelete: {}',
      'canaryDelete: {}\n          when: ${approvals.Luk.approved}',
      '52:29 EXPRESSIONS-UNKNOWN-NAME',
    ],
  ])('%s', async (_, from, to, expected) => {
    expect(good).toContain(from)
    expect(await told(good.replace(from, () => to))).toEqual([expected])
  })

  it('a name that is taken', async () => {
    expect(await told(`${good}---\n${good.split('---\n')[1]}`)).toEqual(['55:19 WORKFLOW-NAME-TWICE'])
  })

  it('a step that moves the release, among rollback steps: it has been let go by then', async () => {
    const rollback = good.replace('      wrapUp:\n', '      rollback:\n')
    expect(await told(rollback)).toEqual(['51:11 WORKFLOW-ROLLBACK-STEP'])
  })

  it('a step that has no place in the strategy', async () => {
    const rolling = good
      .replace('strategy: canary', 'strategy: rolling')
      .replace('canaryDeployment: { instances: 25% }', 'wait: { for: 1s }')
    expect(await told(rolling)).toEqual(['37:11 WORKFLOW-WRONG-STRATEGY', '45:11 WORKFLOW-WRONG-STRATEGY', '51:11 WORKFLOW-WRONG-STRATEGY'])
  })

  it('a check of the canary where there is none', async () => {
    const check = (version: string): string =>
      good
        .replace('strategy: canary', 'strategy: rolling')
        .replace('canaryDeployment: { instances: 25% }', `check: { errorRate: { max: 1% }${version} }`)
    expect(await told(check(''))).toContain('35:11 WORKFLOW-CHECKS-NO-CANARY')
    expect((await told(check(', version: stable'))).join()).not.toContain('CHECKS-NO-CANARY')
  })
})

it('tells everything at once, in order, with a caret and what to write', async () => {
  const text = good.replace('weight: 90', 'weight: 80').replace('canaryDestination', 'canaryDestinaton').replace('instances', 'instnces')
  const { problems } = await parseApplication([{ path: 'workflow.yaml', text }])
  expect(problems.map(each => showProblem(each, text)).join('\n')).toBe(
    `workflow.yaml:35:31  error  SL-WORKFLOW-UNKNOWN-FIELD  Workflow canary: phases[0].deploy[0].canaryDeployment: there is no field instnces; did you mean instances?
   35 |         - canaryDeployment: { instnces: 25% }
      |                               ^ Write instances.
workflow.yaml:40:15  error  SL-WORKFLOW-WEIGHT-SUM  Workflow canary: phases[0].verify[0].trafficSplit.destinations: the weights sum to 90, not to 100
   40 |               - { destination: "\${k8s.canaryDestinaton}", weight: 10 }
      |               ^ Make them sum to 100.
workflow.yaml:40:39  error  SL-EXPRESSIONS-UNKNOWN-NAME  Name k8s.canaryDestinaton: is not known here; did you mean k8s.canaryDestination?
   40 |               - { destination: "\${k8s.canaryDestinaton}", weight: 10 }
      |                                       ^ Write k8s.canaryDestination.`,
  )
})

it('finds the place within a text, whatever its quotes and folds', async () => {
  const spec = (values: string) =>
    `apiVersion: sluice.dev/v1\nkind: Service\nmetadata: { name: a }\nspec:\n  manifests: [m/]\n  values: ${values}\n`
  expect(await told(spec('["\\u0061\\"${env.name}${nope}"]'))).toEqual(['6:34 EXPRESSIONS-UNKNOWN-NAME'])
  expect(await told(spec("['it''s ${nope}']"))).toEqual(['6:21 EXPRESSIONS-UNKNOWN-NAME'])
  expect(await told(spec('[&x "${nope}", *x]'))).toEqual(['6:18 EXPRESSIONS-UNKNOWN-NAME', '6:26 EXPRESSIONS-UNKNOWN-NAME'])
  expect(await told(spec('\n    - >-\n      a\n      ${env.name +\n      nope}'))).toEqual(['10:7 EXPRESSIONS-UNKNOWN-NAME'])
  expect(await told(spec('\n    - |\n      a\n      ${\n      nope}'))).toEqual(['10:7 EXPRESSIONS-UNKNOWN-NAME'])
})

it('survives whatever stands in the place of anything', async () => {
  const lines = good.split('\n')
  const values = ['[]', '{}', '5', '~', '"${env}"', '"${"', 'text', '[[{}]]']
  for (const [i, line] of lines.entries()) {
    for (const value of [values[i % values.length], values[(i + 3) % values.length]]) {
      const broken = [...lines.slice(0, i), line.replace(/:( .*)?$/, () => `: ${value}`), ...lines.slice(i + 1)].join('\n')
      const { application, problems } = await parseApplication([{ path: 'a.yaml', text: broken }])
      for (const each of problems) expect(each.place?.line).toBeLessThanOrEqual(lines.length)
      const resolved = await resolveWorkflow(application, 'canary', { tag: '1' })
      if (problems.length === 0) expect(resolved.workflow === undefined).toBe(resolved.problems.length > 0)
      else expect(resolved.workflow === undefined || resolved.problems.length === 0).toBe(true)
    }
  }
})
