import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const system = 'test/system/**/*.test.ts'

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
      { test: { ...options, name: 'parts', include: ['src/**/*.test.ts', 'test/**/*.test.ts'], exclude: [system] } },
      // Each of these files imports the whole program, which a worker does once for all of its files: they stop what they start, and
      // change nothing of the process. A worker is kept as long as the next file is of the same kind: hence a turn of their own.
      { test: { ...options, name: 'system', include: [system], isolate: false, sequence: { groupOrder: 1 } } },
    ],
  },
})
