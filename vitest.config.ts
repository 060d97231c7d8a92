import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/global-set-up.ts'],
    // Busy machines are slow: a test that hangs ends here; nothing is measured by it.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Two at least: the long ones wait for most of their time, for processes that start and for what is measured in real time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: process.env['CI'] ? ['default'] : ['dot'],
  },
})
