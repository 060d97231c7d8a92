// `npm run simulate -- --seeds N`: drives the real engine, steps and delegate through seeded troubles; `--mutants`: with one deliberate fault of
// the real code after the other, each of which it must find. The code is bundled first: Node 20 strips no types.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root, run } from './run.mjs'
import { mutants, mutation } from './simulation-mutants.mjs'

/** Seeds in which a mutant must be found. */
const most = 2000

ensureInstalled()
const args = process.argv.slice(2)
if (args.includes('--mutants')) process.exit(await tryMutants(args.filter(arg => arg !== '--mutants')))
process.exit(run(process.execPath, ['--enable-source-maps', '--no-warnings', await bundle('simulation'), ...args]))

/** Bundles the simulation into a folder of its own; gives its entry. */
async function bundle(name, plugins = []) {
  const { rolldown } = await import('rolldown')
  const folder = join(root, '.cache', name)
  mkdirSync(folder, { recursive: true })
  const made = await rolldown({
    cwd: root,
    input: { main: 'test/simulation/main.ts' },
    platform: 'node',
    moduleTypes: { '.sql': 'text' },
    external: [/^node:/, /^@electric-sql\//, /^@kubernetes\//, 'vitest'],
    resolve: { alias: { '#': join(root, 'src') } },
    checks: { circularDependency: false },
    plugins,
  })
  await made.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs', sourcemap: true })
  await made.close()
  return join(folder, 'main.mjs')
}

/** The words that choose a mutant's shape. */
function shaped({ shape }) {
  return shape === undefined ? [] : ['--shape', shape]
}

/** One mutant after the other, or the one whose number is given; prints the table. */
async function tryMutants(rest) {
  const chosen = /^\d+$/.test(rest[0] ?? '') ? mutants.slice(Number(rest[0]) - 1, Number(rest[0])) : mutants
  const more = chosen === mutants ? rest : rest.slice(1)
  if (chosen.length === 0) {
    console.error(`there is no mutant ${rest[0]}: they are 1 to ${mutants.length}`)
    return 2
  }
  let missed = 0
  console.log('| # | Deliberate fault | Found by seed | With |\n|---|---|---|---|')
  for (const mutant of chosen) {
    const entry = await bundle(`simulation-mutant-${mutants.indexOf(mutant) + 1}`, [mutation(mutant)])
    const words = ['--no-warnings', entry, '--seeds', String(most), '--only', mutant.only, ...shaped(mutant), '--until-found', ...more]
    const { stdout } = spawnSync(process.execPath, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
    const found = /^seed (\d+): (.*)$/m.exec(stdout)
    if (!found) missed += 1
    console.log(`| ${mutants.indexOf(mutant) + 1} | ${mutant.name} | ${found?.[1] ?? 'not found'} | ${(found?.[2] ?? '').slice(0, 110)} |`)
  }
  console.log(`mutants ${chosen.length}, found ${chosen.length - missed}, missed ${missed}`)
  return missed > 0 ? 1 : 0
}
