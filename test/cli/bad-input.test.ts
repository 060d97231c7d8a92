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

it('has nothing to say about the example', () => {
  expect(sluice('lint', '--folder', folder)).toEqual({ code: 0, text: 'nothing wrong in 7 files\n' })
}, 60_000)

const broken: readonly [what: string, file: string, from: string | RegExp, to: string, code: string][] = [
  ['broken YAML', 'sluice.yaml', 'kind: Service', 'kind: [Service', 'SL-'],
  ['an unknown field', 'sluice.yaml', 'strategy: canary', 'strategie: canary', 'SL-WORKFLOW-'],
  ['a wrong type', 'sluice.yaml', 'minRequests: 100', 'minRequests: many', 'SL-WORKFLOW-'],
  ['an unknown name in an expression', 'sluice.yaml', 'instances: 25%', 'instances: "${artifct.tag}"', 'SL-'],
  ['a template error', 'manifests/service.yaml', '{{ .Values.port }}', '{{ .Values.port | nosuchfunction }}', 'SL-'],
  ['no managed VirtualService', 'manifests/virtualservice.yaml', 'sluice.dev/managed: "true"', 'other: "true"', 'SL-'],
  ['an annotation that is a boolean', 'manifests/virtualservice.yaml', 'sluice.dev/managed: "true"', 'sluice.dev/managed: true', 'SL-'],
]

it.each(broken)(
  'tells %s, with its code, and ends with exit code 2',
  (_, file, from, to, code) => {
    const { code: exit, text } = lintWith(file, from, to)

    expect(text).toContain(code)
    expect(exit).toBe(2)
  },
  60_000,
)

it('names a missing kubeconfig, and writes nothing', () => {
  const { code, text } = sluice('plan', '--folder', folder, '--tag', '1')

  expect(text).toContain('SL-KUBERNETES-KUBECONFIG-MISSING')
  expect(code).toBe(2)
}, 60_000)
