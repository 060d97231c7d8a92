// `npm run build`: `dist/` with one entry per process that we start (cli, host, sandbox, the database worker).
// Node 20 strips no types, so whatever starts a process runs dist.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root } from './run.mjs'

ensureInstalled()
const { rolldown } = await import('rolldown')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const entries = {
  cli: 'src/cli/main.ts',
  host: 'src/host/main.ts',
  sandbox: 'src/sandbox/main.ts',
  'database-worker': 'src/control-plane/store/embedded/worker.ts',
}
const input = Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(join(root, file))))
if (Object.keys(input).length === 0) process.exit(0)

// PGlite finds its WASM beside its own files, and the Kubernetes client is large and rarely needed: both stay packages.
const external = [/^node:/, /^@electric-sql\//, /^@kubernetes\//]
const bundle = await rolldown({
  cwd: root,
  input,
  platform: 'node',
  moduleTypes: { '.sql': 'text' },
  external,
  resolve: { alias: { '#': join(root, 'src') } },
  transform: { define: { 'process.env.SLUICE_VERSION': JSON.stringify(manifest.version) } },
  checks: { circularDependency: false },
})
rmSync(join(root, 'dist'), { recursive: true, force: true })
await bundle.write({
  dir: join(root, 'dist'),
  format: 'esm',
  entryFileNames: '[name].mjs',
  chunkFileNames: 'chunks/[name]-[hash].mjs',
  sourcemap: true,
})
await bundle.close()
