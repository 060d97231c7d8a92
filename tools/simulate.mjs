// `npm run simulate -- --seeds N`: drives the real engine, steps and delegate through seeded trouble. It is bundled first: Node 20 strips no types.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root, run } from './run.mjs'

ensureInstalled()
const { rolldown } = await import('rolldown')
const folder = join(root, '.cache', 'simulation')
mkdirSync(folder, { recursive: true })
const bundle = await rolldown({
  cwd: root,
  input: { main: 'test/simulation/main.ts' },
  platform: 'node',
  moduleTypes: { '.sql': 'text' },
  external: [/^node:/, /^@electric-sql\//, /^@kubernetes\//, 'vitest'],
  resolve: { alias: { '#': join(root, 'src') } },
  checks: { circularDependency: false },
})
await bundle.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs', sourcemap: true })
await bundle.close()
process.exit(run(process.execPath, ['--enable-source-maps', '--no-warnings', join(folder, 'main.mjs'), ...process.argv.slice(2)]))
