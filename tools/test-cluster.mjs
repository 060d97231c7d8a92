// `npm run test:cluster -- --context NAME`: the stories on a real cluster. They are bundled first: Node 20 strips no types.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt, ensureInstalled, root } from './run.mjs'

ensureInstalled()
ensureBuilt()
const { rolldown } = await import('rolldown')
// The first is run here, the others are what a ConfigMap brings to pods: each is one file.
for (const entry of ['main', 'pods/application', 'pods/load-generator']) {
  const bundle = await rolldown({
    cwd: root,
    input: `test/cluster/${entry}.ts`,
    platform: 'node',
    external: [/^node:/, /^@kubernetes\//],
    resolve: { alias: { '#': join(root, 'src') } },
    checks: { circularDependency: false },
  })
  await bundle.write({ file: join(root, '.cache', 'cluster', `${entry}.mjs`), format: 'esm', codeSplitting: false })
  await bundle.close()
}
// It cleans up when it is told to end: this one passes that on, and waits.
const program = [join(root, '.cache', 'cluster', 'main.mjs'), ...process.argv.slice(2)]
const child = spawn(process.execPath, program, { cwd: root, stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.once('exit', code => process.exit(code ?? 1))
