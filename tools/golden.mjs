// `npm run golden`: writes the journals of the present version (test/system/golden). Those of former versions stay as they were written.
import { ensureInstalled, run, tool } from './run.mjs'

ensureInstalled()
process.exit(run(tool('vitest'), ['run', 'test/system/golden.test.ts'], { env: { ...process.env, UPDATE_GOLDEN: '1' } }))
