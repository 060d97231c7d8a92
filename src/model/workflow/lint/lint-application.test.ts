import { expect, it } from 'vitest'
import { showProblem } from '#base/index.ts'
import { parseApplication } from '../documents/parse-application.ts'
import { lintApplication } from './lint-application.ts'
import type { LintSetting } from './lint-workflow.ts'

const documents = `apiVersion: sluice.dev/v1
kind: Service
metadata: { name: cart }
spec: { manifests: [manifests/] }
---
apiVersion: sluice.dev/v1
kind: Environment
metadata: { name: production }
spec:
  production: true
  bypass: accept
---
apiVersion: sluice.dev/v1
kind: Infrastructure
metadata: { name: eu }
spec:
  environment: production
  cluster: { context: eu-1 }
  namespace: shop
---
apiVersion: sluice.dev/v1
kind: Workflow
metadata: { name: canary }
spec:
  strategy: canary
  service: cart
  infrastructure: eu
  variables: { share: 10 }
  phases:
    - name: Canary
      deploy:
        - canaryDeployment: { instances: 2 }
      verify:
        - trafficSplit:
            destinations:
              - { destination: canary, weight: "\${variables.share}" }
              - { destination: stable, weight: "\${100 - variables.share}" }
        - approval: { expires: 2h }
    - name: Primary
      deploy:
        - rolloutDeployment: {}
      wrapUp:
        - canaryDelete: {}
`

async function lint(change: (text: string) => string = text => text, setting?: LintSetting): Promise<string[]> {
  const { application, problems } = await parseApplication([{ path: 'a.yaml', text: change(documents) }])
  expect(problems).toEqual([])
  return (await lintApplication(application, setting)).map(
    each => `${each.place?.line}:${each.place?.column} ${each.severity} ${each.code.replace('SL-WORKFLOW-', '')}`,
  )
}
const replace = (from: string, to: string) => (text: string) => {
  expect(text).toContain(from)
  return text.replace(from, () => to)
}
const remove = (part: string) => replace(part, '')
const wrapUp = '      wrapUp:\n        - canaryDelete: {}\n'
const early = (text: string) => replace('        - approval: { expires: 2h }\n', wrapUp)(remove(wrapUp)(text))

it('has nothing to say of a workflow that is as it should be', async () => expect(await lint()).toEqual([]))

it.each<[string, (text: string) => string, string[], LintSetting?]>([
  ['a canary that is deleted while it has traffic', early, ['39:11 warning EARLY-DELETE']],
  ['a canary that is never deleted', remove(wrapUp), ['32:11 warning DELETE-MISSING']],
  [
    'no canary at all',
    replace('canaryDeployment: { instances: 2 }', 'wait: { for: 1s }'),
    ['34:11 error SPLIT-BEFORE-CANARY', '41:11 warning ROLLOUT-WITHOUT-CANARY'],
  ],
  [
    'a canary for nothing',
    replace('rolloutDeployment: {}', 'wait: { for: 1s }'),
    ['32:11 warning ROLLOUT-MISSING', '43:11 warning EARLY-DELETE'],
  ],
  [
    'a header route and a mirror for a canary that is gone',
    text => `${text}        - headerRoute: { name: beta, match: { method: GET } }\n        - mirror: { percentage: 5 }\n`,
    ['44:11 error AFTER-DELETE', '45:11 error AFTER-DELETE'],
  ],
  [
    'a header route of another name and a mirror that are taken away',
    replace(
      '        - approval: { expires: 2h }\n',
      '        - headerRoute: { name: beta, match: { method: GET } }\n        - headerRoute: { name: betta, remove: true }\n        - mirror: { remove: true }\n',
    ),
    ['39:11 warning NOTHING-TO-TAKE-AWAY', '40:11 warning NOTHING-TO-TAKE-AWAY'],
  ],
  ['an approval that leaves its end to us', replace('expires: 2h', 'groups: [a]'), ['38:11 warning EXPIRY-UNSTATED']],
  ['a check of a canary that is gone', text => `${text}        - check: { errorRate: { max: 1% } }\n`, ['44:11 error AFTER-DELETE']],
  [
    'a rollout through a canary that is gone',
    text => replace('rolloutDeployment: {}', 'rolloutDeployment: { traffic: canary }')(early(text)),
    ['39:11 warning EARLY-DELETE', '42:11 error AFTER-DELETE'],
  ],
  ['a check of stable, then', text => `${text}        - check: { version: stable, errorRate: { max: 1% } }\n`, []],
  ['a split to stable, then', text => `${text}        - trafficSplit: { canary: 0 }\n`, []],
  [
    'all traffic, and the rollout at once',
    replace('        - approval: { expires: 2h }', '        - trafficSplit: { canary: 100 }'),
    ['41:11 warning NO-BAKE'],
  ],
  [
    'all traffic by a ramp that holds, and the rollout then',
    replace('        - approval: { expires: 2h }', '        - shiftTraffic: { to: [50, 100], hold: 5m }'),
    [],
  ],
  [
    'a bake of all traffic',
    replace('        - approval: { expires: 2h }', '        - trafficSplit: { canary: 100 }\n        - bake: { for: 1h }'),
    [],
  ],
  ['a bake of a part', replace('approval: { expires: 2h }', 'bake: { for: 1h }'), ['38:11 warning BAKE-PARTIAL']],
  [
    'a bake behind the rollout',
    replace('rolloutDeployment: {}', 'rolloutDeployment: {}\n        - bake: { for: 1h }'),
    ['42:11 warning BAKE-LATE'],
  ],
  [
    'a ramp and a bake of a canary that is gone',
    text => `${text}        - shiftTraffic: { to: [50], hold: 5m }\n        - bake: { for: 1h }\n`,
    ['44:11 error AFTER-DELETE', '45:11 error AFTER-DELETE', '45:11 warning BAKE-LATE'],
  ],
  [
    'one pod through a long ramp',
    text => replace('approval: { expires: 2h }', 'shiftTraffic: { to: [20, 30], hold: 1h }')(replace('instances: 2', 'instances: 1')(text)),
    ['38:11 warning LONE-CANARY'],
  ],
  ['one pod through a long question', replace('instances: 2', 'instances: 1'), ['38:11 warning LONE-CANARY']],
  ['one pod through a short question', text => replace('2h', '30m')(replace('instances: 2', 'instances: 1')(text)), []],
  [
    'one pod through a long question without traffic',
    text => replace('share: 10', 'share: 0')(replace('instances: 2', 'instances: 1')(text)),
    [],
  ],
  ['production from a laptop', text => text, ['10:15 warning EMBEDDED-PRODUCTION'], { embedded: true }],
  [
    'selectors of a step beside those of the infrastructure',
    text =>
      replace(
        'namespace: shop',
        'namespace: shop\n  delegates: [eu]',
      )(replace('{ expires: 2h }', '{ expires: 2h }\n          delegates: [x]')(text)),
    ['40:11 warning STEP-SELECTORS'],
  ],
  ['selectors of a step alone', replace('{ expires: 2h }', '{ expires: 2h }\n          delegates: [x]'), []],
  ['production that is silent about other ways in', remove('  bypass: accept\n'), ['10:15 warning BYPASS-UNSTATED']],
  ['production wherever the kubeconfig points', replace('context: eu-1', 'kubeconfig: k'), ['18:12 warning CONTEXT-UNSTATED']],
  ['a section that is nearly one of ours', replace('verify:', 'verfy:'), ['33:7 warning SECTION-LIKE']],
  ['a section of one’s own', replace('verify:', 'look:'), []],
  ['phases elsewhere, which have canaries of their own', replace('- name: Primary', '- name: Primary\n      infrastructure: eu'), []],
])('%s', async (_, change, expected, setting) => expect(await lint(change, setting)).toEqual(expected))

it('says of an early delete what the reader sees, and where it belongs', async () => {
  const text = early(documents)
  const { application } = await parseApplication([{ path: 'workflow.yaml', text }])
  const [problem] = await lintApplication(application)
  expect(problem && showProblem(problem, text)).toBe(
    `workflow.yaml:39:11  warning  SL-WORKFLOW-EARLY-DELETE  Canary Delete runs while the split still sends 10 % to the canary.
   39 |         - canaryDelete: {}
      |           ^ move it behind Rollout Deployment (phase "Primary", wrapUp)`,
  )
})
