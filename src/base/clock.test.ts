import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { systemClock } from './clock.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const days = 24 * 3_600_000

it('waits for longer than setTimeout can', async () => {
  const action = vi.fn<() => void>()
  systemClock.after(60 * days, action)
  await vi.advanceTimersByTimeAsync(59 * days)
  expect(action).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(days)
  expect(action).toHaveBeenCalledTimes(1)
})

it('can be told not to, at any time', async () => {
  const action = vi.fn<() => void>()
  const cancel = systemClock.after(60 * days, action)
  await vi.advanceTimersByTimeAsync(50 * days)
  cancel()
  await vi.advanceTimersByTimeAsync(50 * days)
  expect(action).not.toHaveBeenCalled()
})
