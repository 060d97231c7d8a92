// `npm run cases`: just the tests over the folder of cases (SLUICE_CASES, default ../shared/cases), then per file passed / failed / listed as
// not expressible. Exit code 1 where any failed.
import { existsSync, readFileSync, rmSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root, run, tool } from './run.mjs'

ensureInstalled()
const report = join(root, '.cache', 'cases.json')
mkdirSync(join(root, '.cache'), { recursive: true })
rmSync(report, { force: true })
run(tool('vitest'), ['run', 'cases', 'replay', '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`])
if (!existsSync(report)) process.exit(1)

/** A test belongs to the cases file that its full name mentions. */
const files = new Map()
for (const { assertionResults } of JSON.parse(readFileSync(report, 'utf8')).testResults) {
  for (const { fullName, status } of assertionResults) {
    const file = /[\w/-]+\.json/.exec(fullName)?.[0]
    if (!file) continue
    const count = files.get(file) ?? { passed: 0, failed: 0, listed: 0 }
    if (status === 'passed') count.passed++
    else if (status === 'failed') count.failed++
    else count.listed++
    files.set(file, count)
  }
}
for (const [file, { passed, failed, listed }] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`${file.padEnd(34)} ${passed} passed, ${failed} failed, ${listed} listed as not expressible`)
process.exit([...files.values()].some(({ failed }) => failed > 0) ? 1 : 0)
