// `npm test`: installs what is missing, then runs the tests (their global set-up builds dist). Arguments go to vitest.
import { ensureInstalled, run, tool } from './run.mjs'

ensureInstalled()
process.exit(run(tool('vitest'), ['run', ...process.argv.slice(2)]))
