// `npm run bench [-- NAME…]`: prints what the program costs, in figures. They are bundled first: Node 20 strips no types.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt, ensureInstalled, root, run } from './run.mjs'

ensureInstalled()
ensureBuilt()
const { rolldown } = await import('rolldown')
const folder = join(root, '.cache', 'bench')
mkdirSync(folder, { recursive: true })
const bundle = await rolldown({
  cwd: root,
  input: { main: 'bench/main.ts' },
  platform: 'node',
  moduleTypes: { '.sql': 'text' },
  external: [/^node:/, /^@electric-sql\//, /^@kubernetes\//],
  resolve: { alias: { '#': join(root, 'src') } },
  checks: { circularDependency: false },
})
await bundle.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs', sourcemap: true })
await bundle.close()
process.exit(run(process.execPath, ['--enable-source-maps', join(folder, 'main.mjs'), ...process.argv.slice(2)]))
