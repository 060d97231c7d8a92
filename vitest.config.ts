import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/global-set-up.ts'],
    // Busy machines are slow: a test that hangs ends here; nothing is measured by it.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    pool: 'forks',
    reporters: process.env['CI'] ? ['default'] : ['dot'],
  },
})
