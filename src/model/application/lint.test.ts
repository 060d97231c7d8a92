import { describe, expect, it } from 'vitest'
import { exampleApplication } from '#model/workflow/index.ts'
import { lintFolder } from './lint.ts'

const example = exampleApplication({ name: 'cart', image: 'ghcr.io/acme/cart', context: 'eu-1' })

/** Changes of one text in one file each; `file:line:column severity CODE` of everything that is told. */
async function lint(...changes: readonly (readonly [file: string, from: string, to: string])[]): Promise<readonly string[]> {
  const files = example.map(file =>
    changes
      .filter(([path]) => path === file.path)
      .reduce((changed, [, from, to]) => {
        expect(changed.text).toContain(from)
        return { ...changed, text: changed.text.replace(from, () => to) }
      }, file),
  )
  const problems = await lintFolder(files)
  return problems.map(
    ({ place, severity, code }) => `${place?.file.replace('manifests/', '')}:${place?.line}:${place?.column} ${severity} ${code.slice(3)}`,
  )
}

const route = 'manifests/virtualservice.yaml'
const host = '            host: {{ .Values.name }}-svc'
const split = 'trafficSplit: { canary: 50 }'
const rows = (...all: string[]): string => `trafficSplit: { destinations: [${all.join(', ')}] }`

it('has nothing to say of the example', async () => expect(await lint()).toEqual([]))

it.each<[string, readonly (readonly [string, string, string])[], readonly string[]]>([
  ['a host that is misspelt', [[route, '-svc', '-svx']], ['virtualservice.yaml:16:19 warning APPLICATION-NOT-IN-MANIFESTS']],
  ['half of a full name', [[route, '-svc', '-svc.default']], ['virtualservice.yaml:16:19 error APPLICATION-ISTIO-BROKEN']],
  [
    'a subset that no rule has',
    [[route, host, `${host}\n            subset: v1`]],
    ['virtualservice.yaml:17:21 error APPLICATION-ISTIO-BROKEN'],
  ],
  [
    'a route behind one that takes everything',
    [[route, '    - route:', '    - route: [{ destination: { host: cart-svc } }]\n    - route:']],
    ['virtualservice.yaml:13:3 error TRAFFIC-SEVERAL-ROUTES', 'virtualservice.yaml:15:7 warning APPLICATION-ISTIO-WARNING'],
  ],
  [
    'weights that do not sum to 100',
    [
      [
        route,
        `        - destination:\n${host}`,
        '        - { destination: { host: cart-svc }, weight: 7 }\n        - { destination: { host: other }, weight: 3 }',
      ],
    ],
    ['virtualservice.yaml:15:9 warning APPLICATION-ROUTE-REMARK', 'virtualservice.yaml:16:34 warning APPLICATION-NOT-IN-MANIFESTS'],
  ],
  [
    'a gateway that does not answer for the host',
    [
      ['manifests/gateway.yaml', '{{ .Values.host | quote }}', 'else.test'],
      [route, '{{ .Values.host | quote }}', 'shop.test'],
    ],
    ['virtualservice.yaml:10:7 warning APPLICATION-ISTIO-WARNING'],
  ],
  ['a gateway elsewhere, of which nothing is known', [[route, '{{ .Values.name }}-gateway', 'infra/web']], []],
  [
    'a step that sends to a subset that no rule has',
    [['sluice.yaml', split, rows('{ destination: { host: cart-svc, subset: eu }, weight: 50 }', '{ destination: stable, weight: 50 }')]],
    ['sluice.yaml:73:57 error APPLICATION-ISTIO-BROKEN'],
  ],
  [
    'weights of a step that do not sum to 100',
    [['sluice.yaml', split, rows('{ destination: canary, weight: 50 }', '{ destination: stable, weight: 40 }')]],
    ['sluice.yaml:73:41 error WORKFLOW-WEIGHT-SUM'],
  ],
  [
    'a Traffic Split, and a check of the canary, in a rolling workflow',
    [
      ['sluice.yaml', 'strategy: canary', 'strategy: rolling'],
      ['sluice.yaml', 'canaryDeployment: { instances: 25% }', 'wait: { for: 1s }'],
      ['sluice.yaml', '        - trafficSplit: { canary: 10 }\n', ''],
      ['sluice.yaml', 'canaryDelete: {}', 'wait: { for: 1s }'],
    ],
    ['sluice.yaml:66:11 error WORKFLOW-CHECKS-NO-CANARY', 'sluice.yaml:72:11 error WORKFLOW-WRONG-STRATEGY'],
  ],
])('tells %s', async (_, changes, told) => expect(await lint(...changes)).toEqual(told))

describe('what a release is made of is told where it is put right', () => {
  const before = [route, 'apiVersion:', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: before }\n---\napiVersion:'] as const
  const send = `    - route:\n        - destination:\n${host}`

  it.each<[string, readonly (readonly [string, string, string])[], readonly string[]]>([
    ['an entry that redirects', [[route, send, '    - redirect: { uri: / }']], ['virtualservice.yaml:14:7 error TRAFFIC-NOT-ROUTED']],
    [
      'one that delegates, in the second document of a template',
      [[route, send, '    {{- range list "a" }}\n    - name: {{ . }}\n      delegate: { name: b }\n    {{- end }}'], before],
      ['virtualservice.yaml:20:7 error TRAFFIC-NOT-ROUTED'],
    ],
    [
      'a rule for another host',
      [['manifests/destinationrule.yaml', '-svc', '-else']],
      ['destinationrule.yaml:9:9 warning APPLICATION-NOT-IN-MANIFESTS', 'destinationrule.yaml:9:9 error RELEASE-RULE-HOST'],
    ],
    [
      'a Service before nobody',
      [['manifests/service.yaml', 'app: {{ .Values.name }}', 'app: other']],
      ['service.yaml:4:9 error RELEASE-NO-WORKLOAD'],
    ],
    [
      'an entry that is not there',
      [['sluice.yaml', '  manifests:', '  routes: [gone]\n  manifests:']],
      ['sluice.yaml:11:11 error TRAFFIC-ROUTE-MISSING'],
    ],
    [
      'a workload that is not there',
      [['sluice.yaml', '  manifests:', '  workload: gone\n  manifests:']],
      ['sluice.yaml:11:13 error RELEASE-WORKLOAD-NOT-FOUND'],
    ],
    ['no managed route', [[route, '"true"', '"false"']], ['sluice.yaml:6:9 error RELEASE-NO-ROUTE']],
  ])('%s', async (_, changes, told) => expect(await lint(...changes)).toEqual(told))
})

it('goes on to the manifests where a document has an error, and tells nothing that only follows from it', async () => {
  const wrong = ['sluice.yaml', 'canaryDelete: {}', 'canaryDelte: {}'] as const
  const unmanaged = [route, 'apiVersion: networking.istio.io/v1', 'apiVersion: networking.istio.io/v1\nhttp: []'] as const
  expect(await lint(wrong)).toEqual(['sluice.yaml:82:11 error WORKFLOW-UNKNOWN-STEP'])
  expect(await lint(wrong, unmanaged)).toEqual([
    'virtualservice.yaml:2:7 error APPLICATION-ISTIO-INVALID',
    'sluice.yaml:82:11 error WORKFLOW-UNKNOWN-STEP',
  ])
})

it("tells of values that cannot be read alone: what is rendered without them is nobody's mistake", async () => {
  expect(await lint(['values.yaml', 'name: cart', 'name: [cart'])).toEqual(['values.yaml:4:1 error DOCUMENTS-SYNTAX'])
})

it('calls nothing missing where a manifest could not be read', async () => {
  expect(await lint(['manifests/service.yaml', '{{ .Values.port }}', '{{ .Values.port | nosuch }}'])).toEqual([
    'service.yaml:11:37 error TEMPLATE-FUNCTION-UNKNOWN',
  ])
  const told = await lint(['manifests/destinationrule.yaml', 'spec:', 'spec: {'], [route, host, `${host}\n            subset: v1`])
  expect([...new Set(told.map(each => each.split(' ').at(-1)))]).toEqual(['DOCUMENTS-SYNTAX'])
})

describe('row 35: a split of users who have sessions', () => {
  const policy = '    loadBalancer:\n      simple: RANDOM'
  const cookie = [
    'manifests/destinationrule.yaml',
    policy,
    '    loadBalancer: { consistentHash: { httpCookie: { name: user, ttl: 0s } } }',
  ] as const
  const told = ['destinationrule.yaml:11:51 warning APPLICATION-SESSIONS-DIVIDED']

  it('is told, with the place that shows the sessions', async () => {
    expect(await lint(cookie)).toEqual(told)
    const affinity = ['manifests/service.yaml', 'spec:', 'spec:\n  sessionAffinity: ClientIP'] as const
    expect(await lint(affinity)).toEqual(['service.yaml:6:20 warning APPLICATION-SESSIONS-DIVIDED'])
    expect(await lint(cookie, affinity), 'once for a service').toEqual(told)
  })

  it('is nothing to tell where users stay on a side, or where nobody is divided', async () => {
    const sticky = [
      'sluice.yaml',
      '  values: [values.yaml]',
      '  values: [values.yaml]\n  stickySession: { cookie: cart-version, maxAge: 1d }',
    ] as const
    const whole = ['sluice.yaml', 'trafficSplit: { canary: 10 }', 'trafficSplit: { canary: 0 }'] as const
    const all = ['sluice.yaml', split, 'trafficSplit: { canary: 100 }'] as const
    expect(await lint(cookie, sticky)).toEqual([])
    expect(await lint(cookie, whole, all)).toEqual([])
  })
})
