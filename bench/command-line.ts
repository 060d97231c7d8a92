import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { SourceFile } from '#model/application/index.ts'
import { exampleApplication } from '#model/workflow/index.ts'
import type { Figure } from './figure.ts'
import { median, milliseconds } from './statistics.ts'

const sluice = join(process.cwd(), 'bin', 'sluice.mjs')

/** Enough for a steady median where one call takes a tenth of a second. */
const rounds = 7

/** Wall time of one call of node, milliseconds. Fails where the call fails: a failing command is fast. */
function timed(args: readonly string[]): number {
  const from = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`)
  return performance.now() - from
}

/** Both in turn, so that whatever disturbs the machine disturbs both. */
function overBareNode(args: readonly string[]): { readonly all: number; readonly over: number; readonly says: string } {
  const pairs = Array.from({ length: rounds }, () => [timed(['-e', '0']), timed([sluice, ...args])] as const)
  const [bare, ours] = [median(pairs.map(([node]) => node)), median(pairs.map(([, own]) => own))]
  const says = `${milliseconds(ours)}, ${(ours / bare).toFixed(1)} × bare node (medians of ${rounds})`
  return { all: ours, over: ours - bare, says }
}

/** Runs with an application's folder, which is gone afterwards. */
function withFolder<T>(files: readonly SourceFile[], use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    return use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const example = exampleApplication({ name: 'cart', image: 'ghcr.io/acme/cart' })

export const start: Figure = {
  name: 'start',
  async measure() {
    const { over, says } = overBareNode(['--version'])
    return [{ says: `sluice --version: ${milliseconds(over)} over bare node; ${says}`, asked: '≤ 70 ms', ok: over <= 70 }]
  },
}

export const lint: Figure = {
  name: 'lint',
  async measure() {
    const { all, says } = withFolder(example, folder => overBareNode(['lint', '--folder', folder]))
    return [{ says: `sluice lint of the example: ${says}`, asked: '≤ 400 ms', ok: all <= 400 }]
  },
}

const deployments = 500

export const render: Figure = {
  name: 'render',
  async measure() {
    const template = example.find(({ path }) => path === 'manifests/deployment.yaml')?.text ?? ''
    const many = Array.from({ length: deployments }, (_, number) => ({
      path: `manifests/deployment-${number}.yaml`,
      text: template.replace('name: {{ .Values.name }}', `name: {{ .Values.name }}-${number}`),
    }))
    const { all, says } = withFolder([...example, ...many], folder => overBareNode(['render', '--tag', '2.0.0', '--folder', folder]))
    return [{ says: `sluice render of ${deployments} Deployments: ${says}`, asked: '≤ 1 s', ok: all <= 1000 }]
  },
}
