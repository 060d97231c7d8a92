import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Files that stop what they start and change nothing of the process: a worker imports what they share once for all of them. */
const together = ['src/{base,model,protocol}/**/*.test.ts', 'test/system/**/*.test.ts']

const options = {
  // Busy machines are slow: a test that hangs ends here; nothing is measured by it.
  testTimeout: 180_000,
  hookTimeout: 120_000,
  pool: 'forks',
  // Two at least: the long ones wait for most of their time, for processes that start and for what is measured in real time.
  maxWorkers: Math.max(2, availableParallelism() - 1),
} as const

export default defineConfig({
  test: {
    ...options,
    globalSetup: ['test/global-set-up.ts'],
    reporters: process.env['CI'] ? ['default'] : ['dot'],
    projects: [
      { test: { ...options, name: 'apart', include: ['src/**/*.test.ts', 'test/**/*.test.ts'], exclude: together } },
      // A worker is kept as long as the next file is of the same kind: hence a turn of their own.
      { test: { ...options, name: 'together', include: together, isolate: false, sequence: { groupOrder: 1 } } },
    ],
  },
})
