// `npm run demo`: installs and builds what is missing, then runs the main job on a sandbox. Arguments go to `sluice demo`.
import { join } from 'node:path'
import { ensureBuilt, ensureInstalled, root, run } from './run.mjs'

ensureInstalled()
ensureBuilt()
process.exit(run(process.execPath, [join(root, 'bin', 'sluice.mjs'), 'demo', ...process.argv.slice(2)]))
