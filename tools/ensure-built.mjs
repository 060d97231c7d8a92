import { ensureBuilt } from './run.mjs'

ensureBuilt()
