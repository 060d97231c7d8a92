// What is wrong in an application's folder, told by the real program: one clear failure each, its place, and exit code 2.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

const program = join(import.meta.dirname, '../../bin/sluice.mjs')
let folder: string
let home: string

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'sluice-bad-input-'))
  folder = join(home, 'cart')
  expect(sluice('init', 'cart', '--image', 'ghcr.io/acme/cart', '--folder', folder, '--context', 'nowhere').code).toBe(0)
}, 60_000)
afterAll(() => rmSync(home, { recursive: true, force: true }))

function sluice(...args: readonly string[]): { readonly code: number | null; readonly text: string } {
  const env = { ...process.env, SLUICE_HOME: join(home, 'state'), KUBECONFIG: join(home, 'no-such-kubeconfig'), NO_COLOR: '1' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { env, encoding: 'utf8' })
  return { code: status, text: stdout + stderr }
}

/** Lints the example with one change in one file, which is undone afterwards. */
function lintWith(file: string, from: string | RegExp, to: string): ReturnType<typeof sluice> {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  const changed = text.replace(from, to)
  expect(changed).not.toBe(text)
  writeFileSync(path, changed)
  try {
    return sluice('lint', '--folder', folder)
  } finally {
    writeFileSync(path, text)
  }
}

it('says of the example that its production hangs on this machine, and nothing else', () => {
  const { code, text } = sluice('lint', '--folder', folder)
  expect(text).toMatch(/^0 errors, 1 warning in 7 files\nsluice\.yaml:22:15 {2}warning {2}SL-WORKFLOW-EMBEDDED-PRODUCTION .*\n.*\n.*\n$/)
  expect(code).toBe(0)
}, 60_000)

const vs = 'manifests/virtualservice.yaml'
const broken: readonly [what: string, file: string, from: string | RegExp, to: string, told: RegExp][] = [
  ['broken YAML', 'sluice.yaml', 'kind: Service', 'kind: [Service', /^sluice\.yaml:\d+:\d+ {2}error {2}SL-DOCUMENTS-/m],
  [
    'an unknown field',
    'sluice.yaml',
    'strategy: canary',
    'strategie: canary',
    /^sluice\.yaml:\d+:3 {2}error {2}SL-WORKFLOW-[A-Z-]+ .*strategie/m,
  ],
  ['a wrong type', 'sluice.yaml', 'minRequests: 100', 'minRequests: many', /^sluice\.yaml:\d+:\d+ {2}error {2}SL-WORKFLOW-[A-Z-]+ .*many/m],
  [
    'an unknown name, with near misses',
    'sluice.yaml',
    'instances: 25%',
    'instances: "${artifct.tag}"',
    /SL-EXPRESSION[A-Z-]+ .*artifct[^]*artifact/m,
  ],
  [
    'a template error, with a caret below the place',
    'manifests/service.yaml',
    '{{ .Values.port }}',
    '{{ .Values.port | nosuchfunction }}',
    /^manifests\/service\.yaml:\d+:\d+ {2}error {2}SL-[A-Z-]+ .*nosuchfunction[^]*\n +\d+ \| .*nosuchfunction[^]*\n +\| +\^/m,
  ],
  [
    'no managed VirtualService and no typed name',
    vs,
    'sluice.dev/managed: "true"',
    'other: "true"',
    /SL-RELEASE-NO-ROUTE .*cart-virtualservice/,
  ],
  [
    'an annotation that is a boolean',
    vs,
    'sluice.dev/managed: "true"',
    'sluice.dev/managed: true',
    /virtualservice\.yaml:\d+:\d+ {2}error {2}SL-MANIFESTS-MANAGED-UNQUOTED/,
  ],
  ['tcp where http is needed', vs, /http:/, 'tcp:', /SL-(?:TRAFFIC-(?:OTHER-PROTOCOL|NO-HTTP-ROUTE)|APPLICATION-ISTIO-INVALID)/],
]

it.each(broken)(
  'tells %s, and ends with exit code 2',
  (_, file, from, to, told) => {
    const { code, text } = lintWith(file, from, to)

    expect(text).toMatch(told)
    expect(code).toBe(2)
  },
  60_000,
)

it.each([
  ['VirtualServices', vs, 'SL-RELEASE-SEVERAL-ROUTES'],
  ['DestinationRules', 'manifests/destinationrule.yaml', 'SL-RELEASE-SEVERAL-RULES'],
])(
  'tells of several managed %s, by name',
  (_, file, told) => {
    const path = join(folder, 'manifests/another.yaml')
    writeFileSync(path, readFileSync(join(folder, file), 'utf8').replace(/name: .*/, 'name: another'))
    try {
      const { code, text } = sluice('lint', '--folder', folder)
      expect(text).toContain(told)
      expect(text).toContain('another')
      expect(code).toBe(2)
    } finally {
      rmSync(path)
    }
  },
  60_000,
)

it('names a missing kubeconfig, and writes nothing', () => {
  const { code, text } = sluice('plan', '--folder', folder, '--tag', '1')

  expect(text).toContain('SL-KUBERNETES-KUBECONFIG-MISSING')
  expect(code).toBe(2)
}, 60_000)

/** A kubeconfig with one context, for a server that is not there. */
function kubeconfigFor(server: string, context: string): void {
  const cluster = { name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }
  const contexts = [{ name: context, context: { cluster: 'c', user: 'u' } }]
  const text = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [cluster],
    contexts,
    users: [{ name: 'u', user: {} }],
    'current-context': context,
  }
  writeFileSync(join(home, 'no-such-kubeconfig'), JSON.stringify(text))
}

it('names a missing context, and the ones there are', () => {
  kubeconfigFor('http://127.0.0.1:9', 'somewhere')
  try {
    const { code, text } = sluice('plan', '--folder', folder, '--tag', '1')
    expect(text).toMatch(/SL-KUBERNETES-[A-Z-]*CONTEXT/)
    expect(text).toContain('somewhere')
    expect(code).toBe(2)
  } finally {
    rmSync(join(home, 'no-such-kubeconfig'))
  }
}, 60_000)

it("tells that the API server cannot be reached, as the world's failure", () => {
  // Port 9 of loopback: nobody listens there.
  kubeconfigFor('http://127.0.0.1:9', 'nowhere')
  try {
    const { code, text } = sluice('plan', '--folder', folder, '--tag', '1')
    expect(text).toMatch(/SL-KUBERNETES-UNREACHABLE/)
    expect(code).toBe(5)
  } finally {
    rmSync(join(home, 'no-such-kubeconfig'))
  }
}, 120_000)

it('knows what was meant by a mistyped command', () => {
  expect(sluice('lnt')).toMatchObject({ code: 2, text: expect.stringContaining('Did you mean lint?') })
})

it.each([
  [['rnu'], "sluice: unknown command 'rnu'. Did you mean run?"],
  [['run', '--tga', '2'], "sluice run: unknown option '--tga'. Did you mean --tag?"],
  [['run', 'canary', 'more'], "sluice run: too many arguments for 'run'. Expected 1 argument but got 2."],
  [['abort', '--output', 'xml'], "sluice: option '-o, --output <form>' argument 'xml' is invalid. Allowed choices are text, json."],
] as const)('tells a mistake on the command line as every other failure: %j', (args, says) => {
  const { code, text } = sluice(...args)
  expect(text).toMatch(/^✗ .*\n {2}what to do: .*--help.*\n {2}code SL-CLI-COMMAND-LINE .*\n$/)
  expect(text).toContain(`✗ ${says}\n`)
  expect(code).toBe(2)
})

it('tells a mistake on the command line as data where data was asked for', () => {
  const { code, text } = sluice('rnu', '--output', 'json')
  expect(JSON.parse(text)).toMatchObject({ failure: { code: 'SL-CLI-COMMAND-LINE', blame: 'user' } })
  expect(code).toBe(2)
})

it.each([
  [['--kubeconfig', 'x', '--port', 'abc'], 'SL-SANDBOX-ARGUMENTS'],
  [['--kubeconfig', 'x', '--istio', 'new'], 'SL-SANDBOX-ARGUMENTS'],
  [['--kubeconfig', '/none/of/these/x'], 'SL-SANDBOX-KUBECONFIG'],
] as const)(
  'tells why a sandbox does not start as every other failure: %j',
  (args, code) => {
    const failed = sluice('sandbox', ...args)
    expect(failed.text).toMatch(/^✗ sandbox: .*\n {2}what to do: .*\n {2}code .* · docs\/failures\.md#.*\n$/)
    expect(failed.text).toContain(`code ${code} `)
    expect(failed.code).toBe(2)
  },
  60_000,
)
