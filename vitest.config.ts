import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Files that take long by processes or threads of their own, or by looking through the repository: they share next to nothing. */
const apart = [
  'src/control-plane/store/embedded/**/*.test.ts',
  'test/{cli,cluster}/**/*.test.ts',
  'test/system/host-kill{,ed}.test.ts',
  'test/{repository,simulation/simulation}.test.ts',
]

/** All others stop what they start and change nothing of the process: a worker imports what they share once for all of them. */
const all = ['src/**/*.test.ts', 'test/**/*.test.ts']

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
      // One more than there are processors: they wait for processes that start, and for time to pass.
      { test: { ...options, name: 'apart', include: apart, maxWorkers: options.maxWorkers + 1 } },
      // A worker is kept as long as the next file is of the same kind: hence a turn of their own.
      { test: { ...options, name: 'together', include: all, exclude: apart, isolate: false, sequence: { groupOrder: 1 } } },
    ],
  },
})
