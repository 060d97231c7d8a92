// The real helm renders many templates in one call (a call takes 40 ms and more), so that the engine can be compared with it.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'vitest'
import type { Json } from '#base/index.ts'
import { oracle } from '../../tools/oracles.mjs'

export interface HelmCase {
  readonly template: string
  readonly values?: Json
}

/** Renders each case as a file of its own, in one chart and one call; throws helm's words if one of them fails. */
export function renderWithHelm(helm: string, cases: readonly HelmCase[]): readonly string[] {
  const chart = mkdtempSync(join(tmpdir(), 'sluice-oracle-'))
  try {
    mkdirSync(join(chart, 'templates'))
    writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: oracle\nversion: 0.1.0\n')
    writeFileSync(join(chart, 'values.json'), JSON.stringify({ cases: cases.map(each => each.values ?? {}) }))
    // Files that begin with _ are no manifests, so they may hold any text; base64 carries it through helm's own reading of the result.
    const calls = cases.map((each, index) => {
      writeFileSync(join(chart, 'templates', `_case${index}.tpl`), each.template)
      return `- {{ include "oracle/templates/_case${index}.tpl" (dict "Values" (index .Values.cases ${index})) | b64enc | quote }}`
    })
    writeFileSync(join(chart, 'templates', 'all.yaml'), `kind: All\nresults:\n${calls.join('\n')}\n`)
    const printed = execFileSync(helm, ['template', chart, '-f', join(chart, 'values.json')], {
      encoding: 'utf8',
      stdio: 'pipe',
      maxBuffer: 2 ** 28,
    })
    const results = [...printed.matchAll(/^- "(.*)"$/gm)].map(([, encoded]) => Buffer.from(encoded ?? '', 'base64').toString('utf8'))
    // Helm takes this mark of Go's out of every file that it renders.
    return results.map(result => result.replaceAll('<no value>', ''))
  } finally {
    rmSync(chart, { recursive: true, force: true })
  }
}

/** A call to helm takes seconds where the machine is busy with other tests. */
const patience = 120_000

/** A test that needs the real program: skipped aloud where there is none. */
export function withOracle(name: 'helm' | 'kubectl', title: string, test: (path: string) => void | Promise<void>): void {
  const { path, missing } = oracle(name)
  if (path === undefined) console.warn(`skipped: ${title}: ${missing}`)
  it.skipIf(path === undefined)(title, { timeout: patience }, () => test(path ?? ''))
}
