import { expect, it } from 'vitest'
import { play, stepContract } from './step.contract.ts'

stepContract('wait', { for: 60_000 }, { for: -1 })

it('lets the time pass', async () => {
  const { result, took } = await play('wait', { for: 60_000 })

  expect(result).toEqual({ is: 'done', says: 'waited 1 m' })
  expect(took).toBeGreaterThanOrEqual(60_000)
})

it('is cut short by a person', async () => {
  const { result, took } = await play('wait', { for: 3_600_000 }, { answers: { wait: 'skip' } })

  expect(result).toEqual({ is: 'done', says: 'cut short by ada', as: 'skipped' })
  expect(took).toBeLessThan(60_000)
})
