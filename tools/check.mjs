// `npm run check`: types, lint, imports, format, dead code. All of them run, then the ones that failed are named.
import { ensureInstalled, run, tool } from './run.mjs'

ensureInstalled()
const checks = [
  ['types', 'tsc', ['-p', 'tsconfig.json']],
  ['lint', 'oxlint', ['--deny-warnings', 'src', 'test', 'bench', 'tools']],
  ['imports', 'depcruise', ['--config', '.dependency-cruiser.mjs', 'src', 'test', 'bench']],
  ['format', 'oxfmt', ['--check', 'src', 'test', 'bench', 'tools', 'bin']],
  ['dead code', 'knip', ['--no-progress']],
]
const only = process.argv.slice(2)
const failed = checks
  .filter(([name]) => only.length === 0 || only.includes(name))
  .filter(([, program, args]) => run(tool(program), args) !== 0)
if (failed.length > 0) {
  console.error(`check failed: ${failed.map(([name]) => name).join(', ')}`)
  process.exit(1)
}
console.log('check: all good')
