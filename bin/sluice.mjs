#!/usr/bin/env node
import * as module from 'node:module'
import { join } from 'node:path'

// Node from 22.1 on keeps what it has compiled, so that the next call need not. Where it cannot, it goes on without.
const { HOME = '', XDG_CACHE_HOME = HOME && join(HOME, '.cache') } = process.env
if (XDG_CACHE_HOME) module.enableCompileCache?.(join(XDG_CACHE_HOME, 'sluice', 'compiled'))
await import('../dist/cli.mjs')
