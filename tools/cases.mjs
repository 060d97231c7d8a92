// `npm run cases`: just the tests over the folder of cases (SLUICE_CASES, default ../shared/cases), then per file passed / failed / listed as
// not expressible, and every reason. Exit code 1 where any failed, or where a file of cases is run by no test.
import { existsSync, readFileSync, readdirSync, rmSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ensureInstalled, root, run, tool } from './run.mjs'

ensureInstalled()
const report = join(root, '.cache', 'cases.json')
const folder = resolve(root, process.env.SLUICE_CASES ?? '../shared/cases')
mkdirSync(join(root, '.cache'), { recursive: true })
rmSync(report, { force: true })
/** Names of test files, or parts of them. */
const tests = ['cases.test', 'structural', 'test/api-server']
run(tool('vitest'), ['run', ...tests, '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`])
if (!existsSync(report)) process.exit(1)

/** A test belongs to the cases file that its full name mentions. */
const files = new Map()
for (const { assertionResults } of JSON.parse(readFileSync(report, 'utf8')).testResults) {
  for (const { fullName, status } of assertionResults) {
    const file = /[\w/-]+\.json/.exec(fullName)?.[0]
    if (!file) continue
    const count = files.get(file) ?? { passed: 0, failed: 0, listed: 0, reasons: new Map() }
    if (status === 'passed') count.passed++
    else if (status === 'failed') count.failed++
    else count.listed++
    const reason = /\(not expressible: (.*)\)$/.exec(fullName)?.[1]
    if (reason) count.reasons.set(reason, (count.reasons.get(reason) ?? 0) + 1)
    files.set(file, count)
  }
}
for (const [file, { passed, failed, listed, reasons }] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
  console.log(`${file.padEnd(34)} ${passed} passed, ${failed} failed, ${listed} listed as not expressible`)
  for (const [reason, count] of reasons) console.log(`${''.padEnd(36)}${count} × ${reason}`)
}
const present = existsSync(folder) ? readdirSync(folder, { recursive: true }).filter(name => name.endsWith('.json')) : []
const unused = present.filter(name => !files.has(name))
for (const name of unused) console.log(`${name.padEnd(34)} no test runs it`)
process.exit(unused.length > 0 || [...files.values()].some(({ failed }) => failed > 0) ? 1 : 0)
