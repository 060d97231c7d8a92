import { expect, it } from 'vitest'
import { config } from 'zod'

it('sets zod up where zod looks for it (main.ts does so before zod is loaded)', () => {
  expect(config()).toBe((globalThis as { readonly __zod_globalConfig?: unknown }).__zod_globalConfig)
})
