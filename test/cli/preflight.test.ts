// `sluice preflight` by real processes: what it prints for people and for programs, and its exit code.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PreflightReport } from '#model/preflight/index.ts'

const program = join(import.meta.dirname, '../../bin/sluice.mjs')
let folder: string
let sandbox: ChildProcess

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-preflight-'))
  const entry = join(import.meta.dirname, '../../dist/sandbox.mjs')
  sandbox = spawn(process.execPath, [entry, '--kubeconfig', join(folder, 'kubeconfig'), '--attached'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await new Promise<void>(resolve => sandbox.stdout?.on('data', (said: Buffer) => /^ready/m.test(said.toString()) && resolve()))
  expect(await sluice('init', 'cart', '--image', 'ghcr.io/acme/cart', '--context', 'sluice-sandbox')).toMatchObject({ code: 0 })
}, 120_000)

afterAll(async () => {
  const gone = new Promise(resolve => sandbox.once('exit', resolve))
  sandbox.kill('SIGKILL')
  await gone
  rmSync(folder, { recursive: true, force: true })
})

function sluice(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const env = { ...process.env, SLUICE_HOME: join(folder, 'home'), KUBECONFIG: join(folder, 'kubeconfig'), NO_COLOR: '1' }
  return new Promise(resolve => {
    execFile(process.execPath, [program, ...args], { cwd: folder, env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    )
  })
}

it('tells people concern by concern, says nothing beside it, and ends with 0', async () => {
  const { code, out, err } = await sluice('preflight', '-f', 'cart', '--tag', '1.0.0')

  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(
    /^cart@main · namespace default\n {2}Release +✓ Deployment default\/cart: a first deployment; no other run holds it\n/,
  )
  expect(out).toMatch(/^ {2}Rights +✓ everything in the namespace is allowed$/m)
  expect(out).toMatch(/^ +✓ arrival is known by acknowledgement: istiod tells what 1 proxy has$/m)
  expect(out).toMatch(/nothing stands against a run\. A run may start; nothing has been written\.\n$/)
}, 120_000)

it('tells programs the same, by its schema', async () => {
  const { code, out } = await sluice('preflight', 'canary', '-f', 'cart', '--tag', '1.0.0', '--output', 'json')

  const report = PreflightReport.parse(JSON.parse(out))
  expect(code).toBe(0)
  expect(report).toMatchObject({ workflow: 'canary', refused: false, releases: [{ id: 'cart@main', settle: { how: 'acknowledged' } }] })
}, 120_000)

it('ends with 2 where a run would be refused, and says why', async () => {
  const path = join(folder, 'cart/sluice.yaml')
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replace('namespace: default', 'namespace: nowhere'))
  try {
    const { code, out } = await sluice('preflight', '-f', 'cart', '--tag', '1.0.0')
    expect(code).toBe(2)
    expect(out).toMatch(/✗ .*namespace nowhere does not exist[^]*SL-KUBERNETES-NAMESPACE-MISSING\n1 refusal: a run would be refused\./)
  } finally {
    writeFileSync(path, text)
  }
}, 120_000)
